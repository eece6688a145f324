import { createHash } from 'node:crypto';
import type { SimulatedAccount } from '#infra/local/simulators/simulator';

export interface SimulatedUser {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

/** Our own account, as X knows it. */
export function brandOf({ address, settings }: SimulatedAccount): SimulatedUser {
  const username = String(settings['username'] ?? 'brand');
  return { id: address, username, name: username };
}

/** A customer: a numeric id is taken as it is, a handle gets one that stays the same. */
export function customerNamed(from: string, name?: string): SimulatedUser {
  const handle = from.replace(/^@/, '');
  if (/^\d+$/.test(handle)) {
    return { id: handle, username: `user_${handle.slice(-6)}`, name: name ?? `User ${handle}` };
  }
  const digest = createHash('sha256').update(handle.toLowerCase()).digest();
  const id = String(10n ** 18n + (digest.readBigUInt64BE() % 10n ** 18n));
  return { id, username: handle, name: name ?? handle };
}

/** X's id of a conversation of two: the smaller user id first, compared as numbers. */
export function conversationOf(one: string, other: string): string {
  return BigInt(one) < BigInt(other) ? `${one}-${other}` : `${other}-${one}`;
}
