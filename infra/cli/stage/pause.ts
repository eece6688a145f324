import * as z from 'zod';
import { clockTime } from '#infra/cli/output/terminal';
import { derivedId } from '#shared/ids';
import { ConversationItem } from '#shared/table/items';
import { conversationKey } from '#shared/table/keys';
import { readEntries, readItem, type Table } from './table.ts';

interface SendingAccount {
  readonly connector: string;
  readonly account: string;
}

/** As much as is told of the state that all senders of an account share (shared/aws/store/sending/pause.ts). */
const Sending = z.object({
  pausedUntil: z.iso.datetime().optional(),
  pauses: z.number().default(0),
});

/** The number of an account's newest alerts that are looked at. */
const lookedAt = 20;

/** The feed in which the alerts of an account stand, one for each channel. */
export function alertFeed({ connector, account }: SendingAccount, channel: string): string {
  return derivedId('cnv', 'alerts', connector, account, channel);
}

/**
 * Says until when an account sends nothing, and the code and the words of its newest alert. Undefined where it sends.
 * After the pause it tries again by itself; the pauses are over once the provider has taken a message.
 */
export async function pauseOf(
  table: Table,
  sending: SendingAccount,
  channels: readonly string[],
): Promise<string | undefined> {
  const key = { pk: `ACCOUNT#${sending.connector}#${sending.account}`, sk: 'SENDING' };
  const item = await readItem(table, Sending, key);
  if (!item || item.pauses === 0) return undefined;
  const { pausedUntil = '' } = item;
  const isLater = Date.parse(pausedUntil) > Date.now();
  const next = isLater ? `at ${clockTime(pausedUntil)}` : 'now';
  const reason = await newestAlert(table, sending, channels);
  const why = reason === undefined ? '' : ` (${reason})`;
  return `the account ${sending.connector}/${sending.account} is paused${why}; it tries again ${next}`;
}

async function newestAlert(
  table: Table,
  sending: SendingAccount,
  channels: readonly string[],
): Promise<string | undefined> {
  const alerts = [];
  for (const channel of channels) {
    const id = alertFeed(sending, channel);
    const feed = await readItem(table, ConversationItem, conversationKey(id));
    if (!feed) continue;
    const entries = await readEntries(table, id, feed.sequence - lookedAt + 1);
    alerts.push(...entries.flatMap(({ alert }) => alert ?? []));
  }
  const newest = alerts
    .filter(({ code }) => code !== 'account_resumed')
    .toSorted((one, other) => one.occurredAt.localeCompare(other.occurredAt))
    .at(-1);
  return newest && `${newest.code}: ${newest.title}`;
}
