import type { SQSClient } from '@aws-sdk/client-sqs';
import { atMost } from '#shared/at-most';
import { ConnectorError } from '#shared/errors';
import { requestObject } from './signed-object.ts';

/** Deletes objects of one bucket for good. */
export interface ObjectEraser {
  readonly bucket: string;
  /** Resolves when none of the keys leads to an object. Throws `unavailable` when S3 did not delete one. */
  readonly erase: (keys: readonly string[]) => Promise<void>;
}

const eraseTimeoutSeconds = 5;
const callsAtOnce = 10;

/** Deletes objects of a bucket. A key without an object is no fault: S3 answers 204 to it. */
export function objectEraser(client: SQSClient, bucket: string): ObjectEraser {
  const eraseOne = async (key: string): Promise<void> => {
    const request = { method: 'DELETE', bucket, key } as const;
    const answer = await requestObject(client, { ...request, timeoutSeconds: eraseTimeoutSeconds });
    await answer.body?.cancel();
    if (answer.ok || answer.status === 404) return;
    throw new ConnectorError('unavailable', `S3 answered ${answer.status} to a deletion`);
  };
  return {
    bucket,
    erase: async (keys) => {
      await atMost(callsAtOnce, keys, eraseOne);
    },
  };
}

/** The key of an `s3://` address in this bucket; undefined for an address elsewhere. */
export function keyIn({ bucket }: ObjectEraser, uri: string | undefined): string | undefined {
  const start = `s3://${bucket}/`;
  return uri?.startsWith(start) ? uri.slice(start.length) : undefined;
}
