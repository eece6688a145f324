import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { CliError } from '#infra/cli/cli-error';
import { reasonsOf, wordsFor } from '#shared/command/reasons';
import type { RecordedRequest } from '#shared/connector/doctor';
import { isObject, parsedJson } from '#shared/json';

const Headers = z
  .record(
    z.string(),
    z.union([z.string(), z.array(z.string())], 'allowed is a string, or an array of strings'),
  )
  .transform((headers) =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(',') : value,
      ]),
    ),
  );

/** The simple form, which is written by hand. */
const Simple = z.object({
  method: z.string().default('POST'),
  url: z.string().min(1),
  headers: Headers,
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** An event of API Gateway (format 2.0), as a function logs it. */
const GatewayEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: Headers,
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

const forms =
  'allowed is JSON {"method","url","headers","body"}, an event of API Gateway, or the text of the HTTP request (docs/cli.md)';

/** Reads a recorded request. Throws `CliError` for a file that holds none. */
export function readRequest(file: string): RecordedRequest {
  const bytes = readBytes(file);
  const text = bytes.toString('utf8');
  if (text.trim() === '') throw new CliError(`${file} is empty`, forms);
  const json = parsedJson(text);
  if (json === undefined && /^\s*[{[]/.test(text)) {
    throw new CliError(`${file} begins like JSON and is not JSON`, forms);
  }
  if (json === undefined) return fromHttp(bytes, file);
  if (!isObject(json) || !('rawPath' in json)) {
    const simple = read(Simple, json, file);
    return { ...simple, ...withBytes(simple) };
  }
  const { rawPath, rawQueryString, requestContext, ...rest } = read(GatewayEvent, json, file);
  const url = rawPath + (rawQueryString && `?${rawQueryString}`);
  return { ...requestContext.http, url, ...withBytes(rest) };
}

function read<Schema extends z.ZodType>(schema: Schema, json: unknown, file: string) {
  const result = schema.safeParse(json, { error: wordsFor });
  if (result.success) return result.data;
  const reasons = reasonsOf(result.error.issues).join('; ');
  throw new CliError(`${file} is no recorded request (${reasons})`, forms);
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new CliError(`--request is "${file}": there is no such file`, forms, 2);
  }
}

function withBytes({
  headers,
  body,
  isBase64Encoded,
}: Pick<z.infer<typeof Simple>, 'headers' | 'body' | 'isBase64Encoded'>) {
  return { headers, body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') };
}

/** `POST /path HTTP/1.1`, headers, an empty line, and the body byte for byte. */
function fromHttp(bytes: Buffer, file: string): RecordedRequest {
  const text = bytes.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  const head = text.slice(0, end?.index ?? text.length).split(/\r?\n/);
  const [, method, url] = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/.exec(head[0] ?? '') ?? [];
  if (method === undefined || url === undefined) {
    throw new CliError(`${file} is no recorded request: it begins with no method and URL`, forms);
  }
  const lines = head.slice(1).flatMap((line) => {
    const [, name, value = ''] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), value.trim()] as const];
  });
  const body = end ? bytes.subarray(end.index + end[0].length) : Buffer.alloc(0);
  return { method, url, headers: Object.fromEntries(lines), body };
}
