import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** The archive bucket of one run. */
export interface Bucket {
  readonly client: S3Client;
  readonly objects: ReadonlyMap<string, string>;
  /** As somebody else puts an object there. */
  readonly put: (key: string, body: string) => void;
}

export function bucket(): Bucket {
  const objects = new Map<string, string>();
  const send = async (command: object) => {
    if (command instanceof PutObjectCommand) {
      objects.set(String(command.input.Key), String(command.input.Body));
    }
    if (command instanceof GetObjectCommand) {
      const bytes = Buffer.from(objects.get(String(command.input.Key)) ?? '');
      return { Body: { transformToByteArray: async () => bytes } };
    }
    return {};
  };
  return {
    objects,
    put: (key, body) => void objects.set(key, body),
    client: { send } as unknown as S3Client,
  };
}
