import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dueAs } from '#shared/aws/store/due/due';
import { type Place, readState } from '#shared/aws/store/state';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { entryOfMessageId, isNamed, type NamedEntry } from '#shared/ids';
import { parkedMark, ReferenceItem, toPark } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import { parkedUntil, putContents } from './parked-edits.ts';

/** Its message comes within a day or never. */
const orphanedAfterHours = 24;

/** Where an update belongs; `part` where the provider's id names one message of several. */
export interface TargetPlace extends Place {
  readonly part: number;
  /** It is a reply of ours, as far as can be seen from the id: its state is written, at the latest by its claim. */
  readonly isReply?: boolean;
}

/** An update and when it came. */
export interface ReceivedUpdate {
  readonly update: ChannelUpdate;
  readonly receivedAt: string;
}

export type Read = 'eventual' | 'consistent';

/**
 * Finds the entry an update speaks of: by our own id where the provider echoed it, else by the provider's id. Unless
 * told otherwise it reads cheaply first, and consistently before it says that there is none.
 */
export async function findTarget(
  table: Table,
  connector: string,
  account: string,
  { messageId, providerMessageId, part = 0 }: ChannelUpdate['target'],
  reads: readonly Read[] = ['eventual', 'consistent'],
): Promise<TargetPlace | undefined> {
  const own = messageId === undefined ? undefined : entryOfMessageId(messageId);
  if (own) return ownPlace(table, own, part);
  if (providerMessageId === undefined) return undefined;
  const key = referenceKey(connector, account, providerMessageId);
  for (const read of reads) {
    const reference = await readItem(table, ReferenceItem, key, read === 'consistent');
    const target = reference && placeOf(reference, part);
    if (target) return target;
  }
  return undefined;
}

/** Once a table was restored, another message may have the number that the id names: it is looked at first. */
async function ownPlace(
  table: Table,
  named: NamedEntry,
  part: number,
): Promise<TargetPlace | undefined> {
  const { conversationId, sequence, generation } = named;
  const place = { conversationId, sequence, part, isReply: true };
  if ((table.generation ?? 0) === 0 && generation === 0) return place;
  const state = await readState(table, place);
  return state && isNamed(named, state) ? place : undefined;
}

function placeOf(reference: ReferenceItem, given: number): TargetPlace | undefined {
  const { conversationId, sequence, part = given } = reference;
  if (conversationId === undefined || sequence === undefined) return undefined;
  return { conversationId, sequence, part, isReply: reference.part !== undefined };
}

/** So many are parked in one write at most: its condition names each of them. */
const mostAtOnce = 20;

/**
 * Parks updates of one message that is not known yet on the message's reference, where the append finds them. Returns
 * false when the message has arrived in between: then they are to be applied, also those that are parked already.
 *
 * Most statuses that are parked are of messages that some other system sent, and nobody ever asks for them: they cost
 * one write unit, expire by themselves, and stand in no index.
 */
export async function parkUpdates(
  table: Table,
  connector: string,
  account: string,
  received: readonly ReceivedUpdate[],
): Promise<boolean> {
  for (let start = 0; start < received.length; start += mostAtOnce) {
    const some = received.slice(start, start + mostAtOnce);
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
  // Somebody else has parked some of them; parking is idempotent, so this ends.
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
 * An edit, a reaction or a deletion changes what the helpdesk shows: if its message does not come, that is counted.
 * A status is not: providers report on messages of other systems too, and each mark would cost a write of the index.
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
