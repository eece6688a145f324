import * as z from 'zod';
import type { ItemPayload } from '#connectors/twilio/items';
import { ConnectorError } from '#shared/errors';

const Payload = z.object({
  params: z.array(z.tuple([z.string(), z.string()])),
  subpath: z.string(),
}) satisfies z.ZodType<ItemPayload>;

/** One webhook, ready to be read. */
export interface Callback {
  readonly fields: ReadonlyMap<string, string>;
  readonly subpath: string;
}

/**
 * Reads a queued item. NUL characters, which some handsets send, go here and not before: they are part of what
 * was signed, and no database of a helpdesk takes them. Throws `unreadable_payload`.
 */
export function readCallback(payload: unknown): Callback {
  const read = Payload.safeParse(payload);
  if (!read.success) {
    throw new ConnectorError('unreadable_payload', 'not a queued Twilio form', {
      cause: read.error,
    });
  }
  const fields = new Map(
    read.data.params.map(([name, value]) => [name, value.replaceAll('\u0000', '')]),
  );
  return { fields, subpath: read.data.subpath };
}

/** A field that is there and not empty. */
export function filled(fields: ReadonlyMap<string, string>, name: string): string | undefined {
  return fields.get(name) || undefined;
}

/** As `filled`. Throws `unreadable_payload`, naming the field and never its neighbours. */
export function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = filled(fields, name);
  if (value === undefined) throw new ConnectorError('unreadable_payload', `no ${name}`);
  return value;
}

/** The fields that are filled, under other names: `{ clickId: 'ReferralCtwaClid' }` in, `{ clickId: '…' }` out. */
export function pick<Key extends string>(
  fields: ReadonlyMap<string, string>,
  names: Readonly<Record<Key, string>>,
): Partial<Record<Key, string>> {
  const picked: Partial<Record<Key, string>> = {};
  for (const key in names) {
    const value = filled(fields, names[key]);
    if (value !== undefined) picked[key] = value;
  }
  return picked;
}
