import { ConnectorError } from '#shared/errors';
import type { Channel } from '#shared/model/channel';
import type { Identity } from '#shared/model/identity';

const prefixes: ReadonlyMap<string, Channel> = new Map([
  ['whatsapp', 'whatsapp'],
  ['rcs', 'rcs'],
]);

/** An address and the prefix before it. Twilio writes it in lower case; others who send on a webhook may not. */
const prefixed = /^(?:([a-z]+):)?(.*)$/is;

/**
 * Reads one of Twilio's addresses: `+14155550100`, `384387`, `ACME`, `whatsapp:+14155550100`, `whatsapp:US.1234`,
 * `rcs:agent`. The prefix becomes the channel, the rest is kept as written. `scope` is where a business-scoped WhatsApp
 * user id is unique. Throws `unreadable_payload` for a channel this project does not have.
 */
export function readAddress(written: string, scope: string): Identity {
  const { prefix, rest } = split(written);
  const channel = prefix === undefined ? 'sms' : prefixes.get(prefix);
  if (!channel) {
    const known = [...prefixes.keys()].join(', ');
    throw new ConnectorError(
      'unreadable_payload',
      `an address of the channel "${prefix}"; only ${known} and plain numbers are read`,
    );
  }
  const kind = kindOf(channel, rest);
  return { channel, kind, scope: kind === 'bsuid' ? scope : '', address: rest };
}

/** The prefix of an address of a channel that this project has not; undefined for all others. */
export function foreignPrefix(written: string): string | undefined {
  const { prefix } = split(written);
  if (prefix === undefined || prefix.length > 40) return undefined;
  return prefixes.has(prefix) ? undefined : prefix;
}

/** The channel of an address; for an unknown prefix, that of plain numbers. */
export function channelOf(written: string): Channel {
  return prefixes.get(split(written).prefix ?? '') ?? 'sms';
}

/** An address without the prefix of its channel, as an identity has it. */
export function addressOf(written: string): string {
  return split(written).rest;
}

/** Since 2026 a WhatsApp customer may have no number, only an id such as `US.1234` (ExternalUserId). */
export function businessScopedId(
  kind: 'bsuid' | 'parent_bsuid',
  written: string,
  scope: string,
): Identity {
  // Twilio writes this id with its channel prefix in some callbacks and without it in others.
  return { channel: 'whatsapp', kind, scope, address: written.replace(/^whatsapp:/i, '') };
}

/** The address as Twilio wants it in `To` and `From`. */
export function writeAddress({ channel, address }: Identity): string {
  return channel === 'sms' ? address : `${channel}:${address}`;
}

function split(written: string): { readonly prefix: string | undefined; readonly rest: string } {
  const [, prefix, rest = ''] = prefixed.exec(written.trim()) ?? [];
  return { prefix: prefix?.toLowerCase(), rest };
}

function kindOf(channel: Channel, address: string): Identity['kind'] {
  if (/^\+\d+$/.test(address)) return 'phone';
  if (channel === 'whatsapp') return 'bsuid';
  return /^\d{3,8}$/.test(address) ? 'short_code' : 'sender_id';
}
