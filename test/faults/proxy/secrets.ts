import { type AwsAnswer, type AwsCall, jsonAnswer } from './aws-call.ts';

/** Secrets Manager with the two versions that matter, current and previous. */
export interface Secrets {
  readonly answer: (call: AwsCall) => AwsAnswer;
  /** Makes a value current; what was current stays good as the previous one. */
  readonly put: (name: string, value: object) => void;
  /** The same with what is no JSON. */
  readonly putText: (name: string, text: string) => void;
  /** Every string of every version: none may be in a log. */
  readonly values: () => readonly string[];
}

type Stage = 'AWSCURRENT' | 'AWSPREVIOUS';

export function secretStore(): Secrets {
  const versions = new Map<string, string[]>();
  const putText = (name: string, text: string) =>
    void versions.set(name, [text, ...(versions.get(name) ?? [])]);
  return {
    putText,
    put: (name, value) => putText(name, JSON.stringify(value)),
    values: () => [...versions.values()].flat().flatMap(stringsIn),
    answer: ({ body }) => {
      const asked = JSON.parse(body.toString('utf8')) as { SecretId: string; VersionStage: Stage };
      const kept = versions.get(asked.SecretId) ?? [];
      const found = kept[asked.VersionStage === 'AWSPREVIOUS' ? 1 : 0];
      if (found !== undefined) {
        return jsonAnswer(200, { Name: asked.SecretId, SecretString: found });
      }
      return jsonAnswer(400, {
        __type: 'ResourceNotFoundException',
        message: 'no such secret or version',
      });
    },
  };
}

function stringsIn(text: string): readonly string[] {
  return text.startsWith('{') ? Object.values(JSON.parse(text) as object).map(String) : [text];
}
