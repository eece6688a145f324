import * as z from 'zod/mini';
import * as core from 'zod/v4/core';
import { ConnectorError } from './errors.ts';
import { parsedJson } from './json.ts';

/**
 * Reads a function's environment once, at cold start, and refuses to start without what it needs.
 * Throws `misconfigured` naming each variable that is missing or malformed, never its value.
 */
export function readEnv<Schema extends core.$ZodType>(schema: Schema): core.output<Schema> {
  const parsed = core.safeParse(schema, process.env);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ConnectorError('misconfigured', `environment: ${reasons.join('; ')}`);
}

/** Reads a variable that holds JSON, for a schema that is piped behind it. */
export function jsonVariable(name: string) {
  return z.transform((text: string, context): unknown => {
    const value = parsedJson(text);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', input: text, message: `${name} is not JSON` });
    return z.NEVER;
  });
}
