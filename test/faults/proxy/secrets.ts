import { type AwsAnswer, type AwsCall, jsonAnswer } from './aws-call.ts';

/** Secrets Manager with the two versions that matter, current and previous. */
export interface Secrets {
  readonly answer: (call: AwsCall) => AwsAnswer;
  /** Makes a value current; what was current stays good as the previous one. */
  readonly put: (name: string, value: object) => void;
  /** Every string of every version: none may be in a log. */
  readonly values: () => readonly string[];
}

type Stage = 'AWSCURRENT' | 'AWSPREVIOUS';

export function secretStore(): Secrets {
  const versions = new Map<string, object[]>();
  return {
    put: (name, value) => void versions.set(name, [value, ...(versions.get(name) ?? [])]),
    values: () =>
      [...versions.values()]
        .flat()
        .flatMap((each) => Object.values(each).map((one) => String(one))),
    answer: ({ body }) => {
      const asked = JSON.parse(body.toString('utf8')) as { SecretId: string; VersionStage: Stage };
      const kept = versions.get(asked.SecretId) ?? [];
      const found = kept[asked.VersionStage === 'AWSPREVIOUS' ? 1 : 0];
      if (found) {
        return jsonAnswer(200, { Name: asked.SecretId, SecretString: JSON.stringify(found) });
      }
      return jsonAnswer(400, {
        __type: 'ResourceNotFoundException',
        message: 'no such secret or version',
      });
    },
  };
}
