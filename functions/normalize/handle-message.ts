import { capabilitiesOf, redactsDeleted } from '#connectors/capabilities';
import type { AccountSetting } from '#shared/accounts';
import { type Archive, archiveItem, archiveObject } from '#shared/aws/objects/archive';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/queues/queue';
import {
  type Appended,
  appendMessage,
  findAppended,
  isOwnCopy,
} from '#shared/aws/store/append/append';
import type { Origin } from '#shared/aws/store/append/new-entry';
import { recordOwnEcho } from '#shared/aws/store/append/own-echo';
import { ownIdOf } from '#shared/aws/store/append/thread';
import { recordConsent } from '#shared/aws/store/contacts/record-consent';
import { noteCopies } from '#shared/aws/store/redaction/copies';
import { noteVersions } from '#shared/aws/store/redaction/versions';
import type { Changed } from '#shared/aws/store/update/apply';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import { applyParked } from '#shared/aws/store/update/apply-parked';
import { lastEditOf } from '#shared/aws/store/update/last-edit';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { currentMessage } from '#shared/events/current-message';
import { failpoint } from '#shared/failpoint';
import { hashOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { IngressMessage } from '#shared/model/ingress';
import { type KeptRaw, placeOf, type RawItem } from '#shared/raw/item';
import { type Entry, isRedacted } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { correctionId, isEditedByAuthor } from '#shared/table/recent';
import { countDelivery } from './count-delivery.ts';
import { deletedFirst } from './deleted-first.ts';
import { handleFiles } from './message-files.ts';

export interface HandleDependencies {
  readonly accounts: readonly AccountSetting[];
  readonly target: PublishTarget;
  readonly archive: Archive;
  /** The queue of files to fetch. */
  readonly media: Queue;
  /** The queue of the items; absent where none is handed on in steps. */
  readonly ingress?: Queue;
  readonly now: () => Date;
}

/**
 * Appends a message, publishes it, stores its files or asks for them, and applies what had come before it. An echo of
 * our reply records the outcome of that reply instead, and a copy of one that came back is ignored. Repeating it changes
 * nothing and publishes what is missing.
 */
export async function handleMessage(
  dependencies: HandleDependencies,
  item: IngressMessage,
  message: ChannelMessage,
  raw: RawItem,
): Promise<void> {
  const { target } = dependencies;
  if (await isOurOwn(dependencies, item, message, raw)) return;
  const appended = await stored(dependencies, item, message, raw);
  const { outcome, conversation, entry, parked } = redactsDeleted(item.connector)
    ? await deletedFirst(target, item, message, appended)
    : appended;
  failpoint('normalize.afterStore');
  count(outcome === 'appended' ? 'MessagesStored' : 'DuplicatesSeen', item.connector);
  logger.info('message stored', {
    conversationId: conversation.id,
    sequence: entry.sequence,
    outcome,
  });
  if (entry.consent || entry.contactChange) await recordConsent(target.table, conversation, entry);
  await publish(target, conversation, entry);
  failpoint('normalize.afterPublish');
  if (message.use !== undefined) await countDelivery(dependencies, item, message, outcome);
  const published = Math.max(conversation.published, entry.sequence);
  await handleBeside(dependencies, item, message, {
    ...{ outcome, entry, parked },
    conversation: { ...conversation, published },
  });
}

/** Handles what we sent ourselves: an echo of our reply, or a copy of it that came back. False for any other message. */
async function isOurOwn(
  { target, archive }: HandleDependencies,
  item: IngressMessage,
  message: ChannelMessage,
  raw: RawItem,
): Promise<boolean> {
  const { connector } = item;
  const isEcho = message.direction === 'outbound';
  const own = isEcho ? await recordOwnEcho(target.table, item, message) : undefined;
  if (own) {
    // It says what our reply says, and the reply's deletion would not find it.
    if (!redactsDeleted(connector)) await archiveItem(archive, raw);
    await publish(target, own.conversation, own.entry);
    return true;
  }
  if (!(await isOwnCopy(target.table, item, message))) return false;
  await archiveItem(archive, raw);
  count('ItemsIgnored', connector);
  logger.info('item ignored', { connector, reason: 'own_message_came_back' });
  return true;
}

/** Does everything for which a published message does not wait: its files, corrections, and what had come before it. */
async function handleBeside(
  dependencies: HandleDependencies,
  item: IngressMessage,
  message: ChannelMessage,
  { conversation, entry, parked }: Appended,
): Promise<void> {
  const { target } = dependencies;
  if (entry.message?.attachments.length && !isRedacted(entry)) {
    await handleFiles(dependencies, { conversation, entry }, message);
  }
  if (item.replay) await correct(target, conversation, entry, message);
  if (parked.length === 0) return;
  const tell = (changed: Changed) => publish(target, changed.conversation, changed.entry);
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
  if (message.copies) await noteCopies(target.table, item, message);
  if (message.earlierVersions) await noteVersions(target.table, item, message);
  failpoint('normalize.beforeStore');
  return appendMessage(target.table, origin, message);
}

/** SQS itself drops what is sent again within five minutes; a minute is for clocks that differ. */
const windowMilliseconds = 240_000;

/**
 * True when a message may be stored already, so that its reference is read before anything is written. A second
 * delivery of a message that its provider dates as of just now is dropped by the ingress queue. Everything else may be
 * one: what is older, what has no date, what is replayed, and what the business wrote (an echo of our own reply). A
 * wrong guess costs a read too many, or a transaction that is refused.
 */
function mayBeKnown(
  { receivedAt, replay }: IngressMessage,
  { direction, occurredAt }: ChannelMessage,
): boolean {
  if (replay || direction === 'outbound' || occurredAt === undefined) return true;
  return Date.parse(receivedAt) - Date.parse(occurredAt) > windowMilliseconds;
}

/** The raw item and the HTML of a message, which are stored beside its fields. */
interface Belongings {
  readonly raw: RawItem;
  readonly place: KeptRaw;
  readonly originalHtml?: string | undefined;
  readonly sanitizedHtml?: string | undefined;
}

function belongingsOf({ originalHtml, sanitizedHtml }: ChannelMessage, raw: RawItem): Belongings {
  return { raw, place: placeOf(raw), originalHtml, sanitizedHtml };
}

/** Tells if storing the message writes objects. They must be there before the table refers to them. */
function needsObjects({ place, originalHtml }: Belongings): boolean {
  return place.key !== undefined || originalHtml !== undefined;
}

/** Archives everything that belongs to a message, and resolves with the place it came from. */
async function keepOrigin(
  archive: Archive,
  item: IngressMessage,
  message: ChannelMessage,
  { raw, place, originalHtml, sanitizedHtml }: Belongings,
): Promise<Origin> {
  const { connector, account, receivedAt } = item;
  // A second message that borrows the provider's id of another one must not overwrite its body.
  const key = `html/${hashOf(connector, account, ownIdOf(message))}`;
  const [html, sanitized] = await Promise.all([
    keepHtml(archive, `${key}.html`, originalHtml),
    keepHtml(archive, `${key}.sanitized.html`, sanitizedHtml),
    place.key === undefined ? undefined : archiveItem(archive, raw),
  ]);
  const replyWindowHours = capabilitiesOf(connector, message.channel)?.replyWindowHours;
  return {
    ...{ connector, account, receivedAt, raw: place },
    ...(replyWindowHours === undefined ? {} : { replyWindowHours }),
    ...(html === undefined ? {} : { html }),
    ...(sanitized === undefined ? {} : { sanitizedHtml: sanitized }),
  };
}

/** HTML travels by reference: helpdesks that do not want it never carry it, and none gets it by accident. */
async function keepHtml(
  archive: Archive,
  key: string,
  html: string | undefined,
): Promise<string | undefined> {
  if (html === undefined) return undefined;
  return archiveObject(archive, key, html, 'text/html; charset=utf-8');
}

/** A message that is read differently now is published as updated; its first event stays what it was. */
async function correct(
  target: PublishTarget,
  conversation: ConversationItem,
  entry: Entry,
  { content, text }: ChannelMessage,
): Promise<void> {
  // The words of a deleted message do not come back.
  if (isRedacted(entry)) return;
  // The author's edit since then is newer than the item that is read again.
  if (isEditedByAuthor(entry)) return;
  const place = { conversationId: conversation.id, sequence: entry.sequence };
  const edit = await lastEditOf(target.table, place, entry);
  const now = canonicalJson(content);
  if (canonicalJson(currentMessage(conversation, entry, edit)?.content) === now) return;
  const occurredAt = target.now().toISOString();
  const id = correctionId(now, entry.edits?.last ?? '');
  const result = await applyUpdate(target.table, place, {
    kind: 'edit',
    id,
    content,
    text,
    occurredAt,
  });
  if (result.entry) await publish(target, conversation, result.entry);
}
