import type { SQSClient } from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod/mini';
import { readEnv } from '#shared/env';

export interface ObjectRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly bucket: string;
  readonly key: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly timeoutSeconds: number;
}

/** The SDK's variable for another endpoint. The SDK reads it for its own clients only; this request has none. */
const Endpoint = z.object({ AWS_ENDPOINT_URL_S3: z.optional(z.url()) });

/**
 * Sends one signed request to S3. The S3 client weighs 40 to 60 kB, too much for functions that rarely read or write an
 * object; signer, credentials and hash come from the SQS client, which is bundled anyway. Throws what `fetch` throws;
 * the caller checks the response.
 */
export async function requestObject(
  { config }: SQSClient,
  { method, bucket, key, body, contentType, timeoutSeconds }: ObjectRequest,
): Promise<Response> {
  const region = await config.region();
  const url = objectUrl(bucket, key, region);
  const signer = signerOf(config, region);
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: {
      host: url.host,
      ...(contentType ? { 'content-type': contentType } : {}),
      // Every object is written as a file to be saved (put-object.ts).
      ...(method === 'PUT' ? { 'content-disposition': 'attachment' } : {}),
    },
    ...(body === undefined ? {} : { body }),
  });
  // `fetch` writes the same host header itself.
  const { host: _, ...sent } = headers;
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  return fetch(url, { method, headers: sent, signal, ...(body === undefined ? {} : { body }) });
}

export interface PresignedRequest {
  readonly method: 'GET' | 'PUT';
  readonly bucket: string;
  readonly key: string;
  /** The content type that a GET is answered with, whatever the object was stored with. */
  readonly contentType?: string;
  /** The seconds for which the address is good. */
  readonly expiresInSeconds: number;
}

/** An address that can be used without credentials until it ends, with the headers that belong to it. */
export interface Presigned {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Signs one request to S3 that another program sends: who has the address may do this and nothing else, until it ends
 * (SigV4, "Authenticating requests: using query parameters"). Nothing is sent.
 */
export async function presignObject(
  config: SignerConfig,
  { method, bucket, key, contentType, expiresInSeconds }: PresignedRequest,
): Promise<Presigned> {
  const region = await config.region();
  const url = objectUrl(bucket, key, region);
  // Every object is written as a file to be saved (put-object.ts).
  const headers = method === 'PUT' ? { 'content-disposition': 'attachment' } : {};
  const { query = {} } = await signerOf(config, region).presign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: contentType === undefined ? {} : { 'response-content-type': contentType },
      // The body is not known, and S3 wants that said.
      headers: { host: url.host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD', ...headers },
    },
    { expiresIn: expiresInSeconds },
  );
  const written = Object.entries(query).map(
    ([name, value]) => `${escaped(name)}=${escaped(`${value}`)}`,
  );
  return { url: `${url.origin}${url.pathname}?${written.join('&')}`, headers };
}

/** The part of an AWS client that signs. */
type SignerConfig = Pick<SQSClient['config'], 'region' | 'credentials' | 'sha256'>;

function signerOf({ credentials, sha256 }: SignerConfig, region: string): SignatureV4 {
  return new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256,
    // S3 is the only service that signs paths unescaped.
    uriEscapePath: false,
    applyChecksum: true,
  });
}

/** Makes a path of a key: escapes every character but the slash, as S3 wants it signed (SigV4, "canonical URI"). */
function objectUrl(bucket: string, key: string, region: string): URL {
  const path = key.split('/').map(escaped).join('/');
  const { AWS_ENDPOINT_URL_S3: endpoint } = readEnv(Endpoint);
  if (endpoint !== undefined) return new URL(`/${bucket}/${path}`, endpoint);
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com/${path}`);
}

function escaped(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
