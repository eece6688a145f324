import * as z from 'zod';
import { place } from '#infra/local/place';
import { parsedJson } from '#shared/json';

const Fault = z.looseObject({ __type: z.string(), message: z.string().optional() });

/** Names the region and looks like a signature: dynoxide wants one to be there, no emulator checks it. */
const authorization =
  `AWS4-HMAC-SHA256 Credential=${place.credentials.accessKeyId}/20260101/${place.region}/local/aws4_request, ` +
  'SignedHeaders=host, Signature=none';

/** An emulator's refusal, under AWS's own name for it. */
class AwsFault extends Error {
  override readonly name = 'AwsFault';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** True for a refusal of that name. */
export function isFault(error: unknown, code: string): boolean {
  return error instanceof AwsFault && error.code === code;
}

/**
 * One call of AWS's JSON protocol (SQS, DynamoDB). The SDK is not used
 * here: loading it would cost more than the rest of the start. Throws `AwsFault` for a refusal.
 */
export async function callJson(
  endpoint: string,
  target: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': '20260101T000000Z',
      authorization,
    },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
  const text = await response.text();
  if (response.ok) return text === '' ? {} : JSON.parse(text);
  throw faultIn(text, `${target} answered ${response.status}`);
}

function faultIn(text: string, otherwise: string): AwsFault {
  const fault = Fault.safeParse(parsedJson(text));
  if (!fault.success) return new AwsFault('Unknown', otherwise);
  const code = fault.data.__type.split('#').at(-1) ?? fault.data.__type;
  return new AwsFault(code, fault.data.message ?? otherwise);
}

/** One call of AWS's query protocol (SNS). Answers the XML; throws `AwsFault` for a refusal. */
export async function callQuery(
  endpoint: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(parameters).toString(),
  });
  const text = await response.text();
  if (response.ok) return text;
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? 'Unknown';
  throw new AwsFault(code, /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? text.slice(0, 200));
}
