import { SignatureV4 } from '@smithy/signature-v4';
import { attemptHttp, type HttpResult } from '#shared/http-attempt';
import { sqs } from './queues/sqs.ts';

export interface SignedPost {
  /** The service name in the signature (SDK endpoint rules), such as `social-messaging`. */
  readonly service: string;
  /** `{region}` stands for the region of the function. */
  readonly url: string;
  /** Beside those of the signature; `content-type` is JSON where it is not given. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutSeconds: number;
}

/**
 * Posts JSON to an AWS API in exactly one HTTP request, for services of which we use a single operation and whose
 * client would weigh more than the call. Signer, credentials and hash come from the SQS client, which is bundled
 * anyway. Never throws for network faults. Without credentials nothing is sent.
 */
export async function postSigned(post: SignedPost): Promise<HttpResult> {
  const signed = await signedRequest(post).catch(() => undefined);
  if (signed === undefined) return unsigned;
  const { body, timeoutSeconds } = post;
  return attemptHttp({ ...signed, method: 'POST', body, timeoutSeconds });
}

async function signedRequest({ service, url, headers: given, body }: SignedPost) {
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
    headers: { host: target.host, 'content-type': 'application/json', ...given },
    body,
  });
  // `fetch` writes the same host header itself.
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
