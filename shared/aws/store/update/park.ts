import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { putOnce } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import {
  ParkedEditItem,
  type ParkedUpdate,
  parkedMark,
  ReferenceItem,
  toPark,
} from '#shared/table/items';
import { dueAs, type Key, parkedEditKey, referenceKey } from '#shared/table/keys';

/** A message comes within a day after its updates, or never. */
const orphanedAfterHours = 24;

/** An update and the time of its arrival. */
export interface ReceivedUpdate {
  readonly update: ChannelUpdate;
  readonly receivedAt: string;
}

/** Updates parked in one write; its condition names each of them. */
const maxAtOnce = 20;

/**
 * Parks updates of one message that is not known yet on the message's reference, where the append finds them. Returns
 * false if the message has arrived meanwhile: then they must be applied, also those that are parked already.
 *
 * Most parked statuses are of messages that another system sent, and are never read: they cost one write unit, expire
 * by themselves, and are in no index.
 */
export async function parkUpdates(
  table: Table,
  connector: string,
  account: string,
  received: readonly ReceivedUpdate[],
): Promise<boolean> {
  for (let start = 0; start < received.length; start += maxAtOnce) {
    const some = received.slice(start, start + maxAtOnce);
    if (!(await parkSome(table, connector, account, some))) return false;
  }
  return true;
}

async function parkSome(
  table: Table,
  connector: string,
  account: string,
  received: readonly ReceivedUpdate[],
): Promise<boolean> {
  // A provider that repeats itself does so in one batch too.
  const distinct = new Map(received.map((each) => [parkedMark(each.update.id), each]));
  const providerId = parkedUnder([...distinct.values()]);
  const key = referenceKey(connector, account, providerId);
  await putContents(table, key, [...distinct]);
  try {
    const input = parkInput([...distinct], key.pk, providerId);
    await table.client.send(new UpdateCommand({ TableName: table.name, Key: key, ...input }));
    return true;
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
  }
  const reference = await readItem(table, ReferenceItem, key, true);
  if (reference?.conversationId !== undefined) return false;
  const missing = received.filter(
    ({ update }) => !reference?.parkedIds?.has(parkedMark(update.id)),
  );
  // Another writer has parked some of them; parking is idempotent, so this ends.
  return missing.length === 0 || parkSome(table, connector, account, missing);
}

function parkedUnder([first]: readonly ReceivedUpdate[]): string {
  const { target, id = '' } = first?.update ?? {};
  return target?.providerMessageId ?? target?.messageId ?? id;
}

function parkInput(
  marked: readonly (readonly [string, ReceivedUpdate])[],
  referencePk: string,
  providerId: string,
) {
  const received = marked.map(([, each]) => each);
  const latest = Math.max(...received.map(({ receivedAt }) => Date.parse(receivedAt)));
  const missed = missedMark(referencePk, received, latest);
  const names = marked.map((_, index) => `:mark${index}`);
  return {
    UpdateExpression: `SET parked = list_append(if_not_exists(parked, :none), :updates), expiresAt = :expiresAt${missed.set} ADD parkedIds :marks`,
    ConditionExpression: [
      'attribute_not_exists(conversationId)',
      ...names.map((name) => `NOT contains(parkedIds, ${name})`),
    ].join(' AND '),
    ExpressionAttributeValues: {
      ':none': [],
      ':updates': received.map(({ update, receivedAt }) => toPark(update, providerId, receivedAt)),
      ':marks': new Set(marked.map(([mark]) => mark)),
      ':expiresAt': parkedUntil(latest),
      ...missed.values,
      ...Object.fromEntries(marked.map(([mark], index) => [`:mark${index}`, mark])),
    },
  };
}

/**
 * Puts an edit, a reaction or a deletion into the due index: each changes what the helpdesk shows, so it is counted if
 * its message does not come. A status is not: providers report on messages of other systems too, and each mark would
 * cost a write of the index.
 */
function missedMark(referencePk: string, received: readonly ReceivedUpdate[], latest: number) {
  if (received.every(({ update }) => update.kind === 'status')) return { set: '', values: {} };
  const missedAt = new Date(latest + orphanedAfterHours * 3_600_000).toISOString();
  const { duePk, dueAt } = dueAs('update', referencePk, missedAt);
  return {
    set: ', duePk = :duePk, dueAt = if_not_exists(dueAt, :dueAt)',
    values: { ':duePk': duePk, ':dueAt': dueAt },
  };
}

/** Providers repeat for up to 7 days (Meta, webhooks overview); after twice as long no message will come. */
const parkedDays = 14;

/** The expiry of an update that was received at that time, in epoch seconds. */
function parkedUntil(receivedMs: number): number {
  return Math.floor(receivedMs / 1000) + parkedDays * 86_400;
}

/**
 * Writes the contents of edits that came before their message, each as an item, before the list on the reference names
 * them: a crash leaves unused contents, which expire.
 */
async function putContents(
  table: Table,
  reference: Key,
  marked: readonly (readonly [mark: string, { update: ChannelUpdate; receivedAt: string }])[],
): Promise<void> {
  for (const [mark, { update, receivedAt }] of marked) {
    if (update.kind !== 'edit') continue;
    const { content, text } = update;
    const item = { content, text, expiresAt: parkedUntil(Date.parse(receivedAt)) };
    await putOnce(table, parkedEditKey(reference, mark), item);
  }
}

/** Reads a parked update as it came: an edit with its content. Undefined if that has expired. */
export async function wholeParked(
  table: Table,
  reference: Key,
  parked: ParkedUpdate,
): Promise<ParkedUpdate | undefined> {
  if (parked.kind !== 'edit') return parked;
  const key = parkedEditKey(reference, parkedMark(parked.id ?? ''));
  const item = await readItem(table, ParkedEditItem, key, true);
  return item && { ...parked, content: item.content, text: item.text };
}
