import * as z from 'zod';
import type { Outcome } from '#infra/local/lambda/outcome';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

const HeaderValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const Structured = z.looseObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), HeaderValue).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** An answer of API Gateway itself, in its own words. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/**
 * The HTTP answer for what a function returned (payload format 2.0). Without a `statusCode` the value itself is the
 * body of a 200; a failed function, and a value that is no answer, is a 500 that says nothing.
 */
export function httpAnswer(outcome: Outcome): HttpAnswer {
  const broken = gatewayAnswer(500, 'Internal Server Error');
  if (outcome.kind === 'failed') return broken;
  const value: unknown = JSON.parse(outcome.payload);
  if (value === null || typeof value !== 'object' || !('statusCode' in value)) {
    const text = typeof value === 'string' ? value : outcome.payload;
    return { ...gatewayAnswer(200, ''), body: Buffer.from(text) };
  }
  const structured = Structured.safeParse(value);
  return structured.success ? structuredAnswer(structured.data) : broken;
}

function structuredAnswer(answer: z.infer<typeof Structured>): HttpAnswer {
  const named = Object.entries(answer.headers ?? {});
  const cookies = answer.cookies ?? [];
  return {
    status: answer.statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(named.map(([name, text]) => [name.toLowerCase(), text])),
      ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
    },
    body: Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8'),
  };
}
