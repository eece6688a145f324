import { SignatureV4 } from '@smithy/signature-v4';
import { attemptHttp, type HttpResult } from '#shared/http-attempt';
import { sqs } from './queues/sqs.ts';

export interface SignedPost {
  /** The name the service signs under (SDK endpoint rules), such as `social-messaging`. */
  readonly service: string;
  /** `{region}` in it stands for the region of the function. */
  readonly url: string;
  readonly body: string;
  readonly timeoutSeconds: number;
}

/**
 * Posts JSON to an AWS API in exactly one HTTP request. For a single operation of a service whose client would
 * weigh more than the call; signer, credentials and hash are those of the SQS client, which is there anyway.
 * Never throws for what a network can do. Without credentials nothing is sent.
 */
export async function postSigned(post: SignedPost): Promise<HttpResult> {
  const signed = await signedRequest(post).catch(() => undefined);
  if (signed === undefined) return unsigned;
  const { body, timeoutSeconds } = post;
  return attemptHttp({ ...signed, method: 'POST', body, timeoutSeconds });
}

async function signedRequest({ service, url, body }: SignedPost) {
  const { config } = sqs;
  const region = await config.region();
  const target = new URL(url.replace('{region}', region));
  const signer = new SignatureV4({
    service,
    region,
    credentials: config.credentials,
    sha256: config.sha256,
  });
  const request = await signer.sign({
    method: 'POST',
    protocol: target.protocol,
    hostname: target.hostname,
    path: target.pathname,
    headers: { host: target.host, 'content-type': 'application/json' },
    body,
  });
  // `fetch` writes the host itself, and the same.
  const { host: _, ...headers } = request.headers;
  return { url: target.href, headers };
}

const unsigned: HttpResult = {
  kind: 'not_sent',
  error: {
    code: 'credentials_rejected',
    title: 'no AWS credentials to sign the request with',
    retryable: true,
  },
};
