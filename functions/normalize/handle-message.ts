import type { Archive } from '#shared/aws/objects/archive';
import { archiveItem, type RawItem } from '#shared/aws/objects/raw-archive';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/publish/queues';
import {
  type Appended,
  appendMessage,
  findAppended,
  isOwnCopy,
} from '#shared/aws/store/append/append';
import { settleOwnEcho } from '#shared/aws/store/append/own-echo';
import { recordConsent } from '#shared/aws/store/contacts/consent';
import type { Changed } from '#shared/aws/store/update/apply';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import { applyParked } from '#shared/aws/store/update/apply-parked';
import { lastEditOf } from '#shared/aws/store/update/last-edit';
import { canonicalJson } from '#shared/canonical-json';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { currentMessage } from '#shared/events/compose';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { IngressMessage } from '#shared/model/ingress';
import type { Entry } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import { correctionId, isEditedByAuthor } from '#shared/table/recent';
import { mayBeKnown } from './may-be-known.ts';
import { belongingsOf, keepOrigin, needsObjects } from './origin.ts';
import { requestMedia } from './request-media.ts';

export interface HandleDependencies {
  readonly target: PublishTarget;
  readonly archive: Archive;
  /** Where files are asked for. */
  readonly media: Queue;
  readonly now: () => Date;
}

/**
 * Appends a message, publishes it, asks for its files, and applies what had come before it. An echo of a reply of ours
 * settles that reply instead, and a copy of one that came back is ignored. Repeating it changes nothing and publishes
 * what is missing.
 */
export async function handleMessage(
  dependencies: HandleDependencies,
  item: IngressMessage,
  message: ChannelMessage,
  raw: RawItem,
): Promise<void> {
  const { target, archive } = dependencies;
  if (message.direction === 'outbound') {
    const own = await settleOwnEcho(target.table, item, message);
    if (own) {
      await archiveItem(archive, raw);
      return publish(target, own.meta, own.entry);
    }
  }
  if (await isOwnCopy(target.table, item, message)) {
    await archiveItem(archive, raw);
    count('ItemsIgnored', item.connector);
    logger.info('item ignored', { connector: item.connector, reason: 'own_message_came_back' });
    return;
  }
  const { outcome, meta, entry, parked } = await stored(dependencies, item, message, raw);
  failpoint('normalize.afterStore');
  count(outcome === 'appended' ? 'MessagesStored' : 'DuplicatesSeen', item.connector);
  logger.info('message stored', { conversationId: meta.id, sequence: entry.sequence, outcome });
  await recordConsent(target.table, meta, entry);
  await publish(target, meta, entry);
  failpoint('normalize.afterPublish');
  await requestMedia(dependencies.media, meta, entry, message);
  if (item.replay) await correct(target, meta, entry, message);
  const tell = (changed: Changed) => publish(target, changed.meta, changed.entry);
  const updated = (await applyParked(target.table, item, parked, message, tell)).at(-1);
  if (updated) await tell(updated);
}

/** Appends the message with its raw item and HTML; resolves with the stored one where it came before. */
async function stored(
  { target, archive }: HandleDependencies,
  item: IngressMessage,
  message: ChannelMessage,
  raw: RawItem,
): Promise<Appended> {
  const belongings = belongingsOf(message, raw);
  if (needsObjects(belongings) || mayBeKnown(item, message)) {
    const known = await findAppended(target.table, item, message);
    if (known) return known;
  }
  const origin = await keepOrigin(archive, item, message, belongings);
  failpoint('normalize.beforeStore');
  return appendMessage(target.table, origin, message);
}

/** A message that is read differently now is published as updated; its first event stays what it was. */
async function correct(
  target: PublishTarget,
  meta: MetaItem,
  entry: Entry,
  { content, text }: ChannelMessage,
): Promise<void> {
  // What its author has edited since is newer than the item that is read again.
  if (isEditedByAuthor(entry)) return;
  const place = { conversationId: meta.id, sequence: entry.sequence };
  const edit = await lastEditOf(target.table, place, entry);
  const now = canonicalJson(content);
  if (canonicalJson(currentMessage(meta, entry, edit)?.content) === now) return;
  const occurredAt = target.now().toISOString();
  const id = correctionId(now, entry.edits?.last ?? '');
  const result = await applyUpdate(target.table, place, {
    kind: 'edit',
    id,
    content,
    text,
    occurredAt,
  });
  if (result.entry) await publish(target, meta, result.entry);
}
