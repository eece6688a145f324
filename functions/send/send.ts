import { capabilitiesOf } from '#connectors/capabilities';
import { isConnectorId } from '#connectors/declarations';
import { senders } from '#connectors/senders';
import { type AccountSetting, accountNamed } from '#shared/accounts';
import type { AccountSecrets } from '#shared/aws/account-secrets';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { settleFailed, settleUncertain } from '#shared/aws/store/settle';
import { readEntry, readMeta } from '#shared/aws/store/table';
import type { Sender } from '#shared/connector/sender';
import { messageIdOf } from '#shared/ids';
import { logger } from '#shared/logger';
import { SendCommand } from '#shared/model/send-command';
import { refusalOf } from '#shared/reply-check';
import { RetryLater } from '#shared/retry-later';
import type { EntryItem, MetaItem } from '#shared/table/items';
import { attemptPart } from './attempt.ts';
import { finishSent } from './finish.ts';
import { contentOf, targetOf } from './route.ts';

export interface SendDependencies {
  readonly accounts: readonly AccountSetting[];
  readonly secrets: AccountSecrets;
  readonly target: PublishTarget;
  readonly now: () => Date;
  readonly attemptTimeoutSeconds: number;
  readonly leaseSeconds: number;
  readonly uncertainAfterSeconds: number;
}

/** One reply with its conversation, as the table holds them now. */
export interface Outbound {
  readonly meta: MetaItem;
  readonly entry: EntryItem & { readonly delivery: NonNullable<EntryItem['delivery']> };
}

/**
 * Takes one reply as far as it can go: claim a part, one HTTP attempt, record what came of it, publish; part after
 * part. What state it finds decides what it does, so a redelivery after any crash goes on where the last one died
 * and never sends a part again whose outcome is not surely "not sent".
 *
 * Throws `RetryLater` when the reply must wait; the queue keeps the conversation's later replies behind it.
 */
export function replySender(dependencies: SendDependencies) {
  return async (body: string): Promise<void> => {
    const { conversationId, sequence } = SendCommand.parse(JSON.parse(body));
    for (;;) {
      const outbound = await read(dependencies, conversationId, sequence);
      if (!outbound) {
        logger.error('no such reply', { conversationId, sequence });
        return;
      }
      if (await advance(dependencies, outbound)) return;
    }
  };
}

async function read(
  { target }: SendDependencies,
  conversationId: string,
  sequence: number,
): Promise<Outbound | undefined> {
  const meta = await readMeta(target.table, conversationId);
  const entry = await readEntry(target.table, conversationId, sequence);
  if (!entry?.delivery) return undefined;
  return { meta, entry: { ...entry, delivery: entry.delivery } };
}

/** One step of the state machine. Resolves with true when nothing is left for this message to do. */
async function advance(dependencies: SendDependencies, outbound: Outbound): Promise<boolean> {
  const { target } = dependencies;
  const { meta, entry } = outbound;
  switch (entry.delivery.state) {
    case 'sent':
      await finishSent(target, outbound);
      return true;
    case 'failed':
    case 'uncertain':
      await publish(target, meta, entry);
      return true;
    case 'sending':
      return resumeAfterCrash(dependencies, outbound);
    case 'accepted':
      return sendNext(dependencies, outbound);
  }
}

/** Somebody claimed and never recorded. While the lease runs he may be alive; after it the outcome is unknown. */
async function resumeAfterCrash(
  { target, now, uncertainAfterSeconds }: SendDependencies,
  { meta, entry }: Outbound,
): Promise<boolean> {
  const leftMs = Date.parse(entry.delivery.leaseUntil ?? '') - now().getTime();
  if (leftMs > 0) throw new RetryLater(leftMs / 1000, 'the claim of another attempt is running');
  const place = { conversationId: meta.id, sequence: entry.sequence };
  const lookAfterAt = new Date(now().getTime() + uncertainAfterSeconds * 1000).toISOString();
  await settleUncertain(target.table, place, entry, { lookAfterAt });
  return false;
}

async function sendNext(dependencies: SendDependencies, outbound: Outbound): Promise<boolean> {
  const { target, now } = dependencies;
  const { meta, entry } = outbound;
  const waitMs = Date.parse(entry.delivery.notBefore ?? '') - now().getTime();
  if (waitMs > 0) throw new RetryLater(waitMs / 1000, 'the provider asked to wait');
  const content = contentOf(entry);
  const capabilities = capabilitiesOf(meta.connector, meta.channel);
  const refusal = refusalOf(content, meta, capabilities, now());
  const place = { conversationId: meta.id, sequence: entry.sequence };
  if (refusal) {
    await settleFailed(target.table, place, { error: refusal, at: now().toISOString() });
    return false;
  }
  const { sender, setting, account } = senderOf(dependencies, meta);
  const requests = await render(dependencies, outbound, sender, account);
  if (!requests) return false;
  await attemptPart(dependencies, outbound, { sender, setting, account, requests });
  return false;
}

function senderOf({ accounts }: SendDependencies, meta: MetaItem) {
  const setting = accountNamed(accounts, meta.connector, meta.account);
  if (!isConnectorId(meta.connector)) throw new RetryLater(60, `no sender ${meta.connector}`);
  const sender = senders[meta.connector];
  return { sender, setting, account: sender.readAccount(setting.settings) };
}

/** Rendering is pure: what it refuses, it refuses again, so the reply has failed. */
async function render(
  { target, now }: SendDependencies,
  outbound: Outbound,
  sender: Sender,
  account: unknown,
): Promise<readonly unknown[] | undefined> {
  const { meta, entry } = outbound;
  const replyTarget = await targetOf(target.table, outbound);
  try {
    const messageId = messageIdOf(meta.id, entry.sequence);
    const { replyId = messageId, author } = entry.message ?? {};
    const authorName = author?.displayName;
    const reply = { messageId, replyId, content: contentOf(entry) };
    const requests = sender.render(
      { ...reply, ...(authorName ? { authorName } : {}) },
      replyTarget,
      account,
    );
    if (requests.length === 0) throw new Error('nothing to send');
    return requests;
  } catch (fault) {
    const { code = 'content_not_supported' } = fault as { code?: string };
    const title = fault instanceof Error ? fault.message : 'the reply cannot be rendered';
    const place = { conversationId: meta.id, sequence: entry.sequence };
    const error = { code, title, retryable: false };
    await settleFailed(target.table, place, { error, at: now().toISOString() });
    return undefined;
  }
}
