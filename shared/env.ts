import * as core from 'zod/v4/core';
import { ConnectorError } from './errors.ts';

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
