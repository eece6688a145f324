import type * as z from 'zod';
import { problem } from '#infra/cdk/config/problem';
import { parsedJson } from '#shared/json';
import { BadCall } from './bad-call.ts';

/** Reads the body of a call. Throws `BadCall` that names the field, what was given and what is allowed. */
export function readCall<Schema extends z.ZodObject>(
  schema: Schema,
  body: Buffer,
): z.output<Schema> {
  const given = parsedJson(body.toString('utf8'));
  const allowed = Object.keys(schema.shape).join(', ');
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new BadCall(`the body is not a JSON object: allowed are the fields ${allowed}`);
  }
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const mistakes = read.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0
      ? `unknown field ${issue.keys.join(', ')}, allowed are ${allowed}`
      : problem(issue, given),
  );
  throw new BadCall(mistakes.join('; '));
}
