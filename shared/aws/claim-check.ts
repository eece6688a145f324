import type { SQSClient } from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod/mini';
import { readEnv } from '#shared/env';
import { ConnectorError } from '#shared/errors';

/** Keeps what is too large for a queue message, and says where. */
export interface ClaimChecks {
  put(key: string, body: string): Promise<{ readonly bucket: string; readonly key: string }>;
}

/** The SDK's own variable for another endpoint; the SDK reads it for its clients, and this is not one of them. */
const Endpoint = z.object({ AWS_ENDPOINT_URL_S3: z.optional(z.url()) });
const putTimeoutSeconds = 3;

/**
 * Writes objects with one signed PUT. The S3 client would weigh a third of the receiving Lambda for a call that
 * almost no webhook needs; signer, credentials and hash are those of the SQS client, which is there anyway.
 * Throws `unavailable` when S3 did not take the object.
 */
export function claimChecks({ config }: SQSClient, bucket: string): ClaimChecks {
  return {
    async put(key, body) {
      const region = await config.region();
      const url = objectUrl(bucket, key, region);
      const signer = new SignatureV4({
        service: 's3',
        region,
        credentials: config.credentials,
        sha256: config.sha256,
        // S3 alone signs paths as they are.
        uriEscapePath: false,
        applyChecksum: true,
      });
      const { headers } = await signer.sign({
        method: 'PUT',
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        headers: { host: url.host, 'content-type': 'application/json' },
        body,
      });
      const { host: _, ...sent } = headers;
      const signal = AbortSignal.timeout(putTimeoutSeconds * 1000);
      const response = await fetch(url, { method: 'PUT', headers: sent, body, signal });
      await response.arrayBuffer();
      if (!response.ok) {
        throw new ConnectorError('unavailable', `S3 answered ${response.status} to a claim check`);
      }
      return { bucket, key };
    },
  };
}

function objectUrl(bucket: string, key: string, region: string): URL {
  const { AWS_ENDPOINT_URL_S3: endpoint } = readEnv(Endpoint);
  if (endpoint !== undefined) return new URL(`/${bucket}/${key}`, endpoint);
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com/${key}`);
}
