import * as core from 'zod/v4/core';
import { ConnectorError } from '#shared/errors';
import { parseEvent } from './parse-event.ts';

/** Reads an event about a mail we sent. Throws `unreadable_payload` for one that no schema can read. */
export function readEvent(...event: Parameters<typeof parseEvent>): ReturnType<typeof parseEvent> {
  try {
    return parseEvent(...event);
  } catch (cause) {
    if (!(cause instanceof core.$ZodError)) throw cause;
    throw new ConnectorError('unreadable_payload', `SES event: ${core.prettifyError(cause)}`);
  }
}

/** Reads `value` by its schema. Throws `unreadable_payload`, which names `what` could not be read. */
export function readAs<Schema extends core.$ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): core.output<Schema> {
  const parsed = core.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  throw new ConnectorError('unreadable_payload', `${what}: ${core.prettifyError(parsed.error)}`);
}
