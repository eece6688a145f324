import type { SQSClient } from '@aws-sdk/client-sqs';
import { requestObject } from '#shared/aws/objects/signed-object';
import { ConnectorError } from '#shared/errors';

/** Stores bodies that are too large for a queue message, and returns their place. */
export interface ClaimChecks {
  put(key: string, body: string): Promise<{ readonly bucket: string; readonly key: string }>;
}

const putTimeoutSeconds = 3;

/** Writes claim checks into `bucket`. `put` throws `unavailable` when S3 did not take the object. */
export function claimChecks(client: SQSClient, bucket: string): ClaimChecks {
  return {
    async put(key, body) {
      const response = await requestObject(client, {
        method: 'PUT',
        bucket,
        key,
        body,
        contentType: 'application/json',
        timeoutSeconds: putTimeoutSeconds,
      });
      await response.arrayBuffer();
      if (!response.ok) {
        throw new ConnectorError('unavailable', `S3 answered ${response.status} to a claim check`);
      }
      return { bucket, key };
    },
  };
}
