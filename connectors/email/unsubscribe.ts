import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { parsedJson } from '#shared/json';

/** The mail and the recipient whose link it is. The message id names the conversation too. */
export interface Unsubscribing {
  /** Our id of the message. */
  readonly messageId: string;
  /** The address that the mail was sent to. */
  readonly recipient: string;
}

const Payload = z.tuple([z.string(), z.string()]);

/** The limit of a token's length; the longest address makes one of 550 characters. */
const longestToken = 800;

/**
 * The address of one-click unsubscription (RFC 8058) for one recipient of one mail. `publicUrl` is the account's
 * webhook, `<stage>/webhooks/email/<account>`; the link is `<stage>/unsubscribe/email/<account>/<token>`.
 */
export function unsubscribeUrl({
  publicUrl,
  key,
  ...unsubscribing
}: Unsubscribing & { readonly publicUrl: string; readonly key: string }): string {
  const endpoint = publicUrl.replace(/\/webhooks\/([^/]+\/[^/]+)$/, '/unsubscribe/$1');
  return `${endpoint}/${unsubscribeToken(unsubscribing, key)}`;
}

/** `<payload>.<keyed hash>`, both in base64url. It cannot be made without the key. */
function unsubscribeToken({ messageId, recipient }: Unsubscribing, key: string): string {
  const payload = Buffer.from(JSON.stringify([messageId, recipient])).toString('base64url');
  return `${payload}.${macOf(payload, key)}`;
}

/** The mail and the recipient of a token; undefined for a token that was not made with this key. */
export function readUnsubscribeToken(token: string, key: string): Unsubscribing | undefined {
  const [, payload = '', given = ''] = /^([\w-]+)\.([\w-]{43})$/.exec(token) ?? [];
  if (token.length > longestToken || payload === '') return undefined;
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(macOf(payload, key)))) return undefined;
  const value = parsedJson(Buffer.from(payload, 'base64url').toString('utf8'));
  const read = Payload.safeParse(value);
  return read.success ? { messageId: read.data[0], recipient: read.data[1] } : undefined;
}

/** Set apart by its first word from the other hashes that are made with the account's key. */
function macOf(payload: string, key: string): string {
  return createHmac('sha256', key).update(`unsubscribe|${payload}`).digest('base64url');
}
