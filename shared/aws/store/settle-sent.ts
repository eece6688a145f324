import { ConnectorError } from '#shared/errors';
import type { EntryItem, MetaItem, UpdateRecord } from '#shared/table/items';
import { entryKey, referenceKey } from '#shared/table/keys';
import { attentionPk } from './claim.ts';
import { sentAsFallback } from './fallback.ts';
import { readEntry, type Table } from './table.ts';
import { aliasWrite, referenceWrite, type TransactItem, transact } from './transact.ts';
import { type Place, statusChange, updateInput } from './update.ts';

export interface SentEvidence {
  readonly part: number;
  /** Absent where only our own id has been echoed, or where the answer does not know it yet (learn-id.ts). */
  readonly providerMessageId?: string;
  readonly providerAliases?: readonly string[];
  readonly at: string;
}

const mostTries = 6;

/** `parked`: updates wait on the reference already. `none`: there is no id, or it points at another entry already. */
type ReferenceMode = 'new' | 'parked' | 'none';

function nextMode(mode: ReferenceMode, refused: readonly string[] | undefined): ReferenceMode {
  if (refused?.[1] !== 'ConditionalCheckFailed') return mode;
  return mode === 'new' ? 'parked' : 'none';
}

/**
 * Records that the provider has taken one part: the provider's id now points at the entry, and the next part may be
 * claimed; with the last part the message is `sent`. Said by the attempt's own answer or by later evidence (a
 * status callback, an echo), whichever comes first; the second one changes nothing.
 *
 * Returns the entry as it then stands.
 */
export async function settleSent(
  table: Table,
  meta: MetaItem,
  sequence: number,
  evidence: SentEvidence,
): Promise<EntryItem> {
  const place = { conversationId: meta.id, sequence };
  let reference: ReferenceMode = evidence.providerMessageId === undefined ? 'none' : 'new';
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const entry = await readEntry(table, meta.id, sequence);
    if (!entry?.delivery) throw new ConnectorError('unavailable', 'no such outbound entry');
    if (isSettled(entry.delivery, evidence.part)) return entry;
    const refused = await transact(table, [
      entryWrite(table, place, entry, evidence),
      ...referenceWrites(table, meta, entry, evidence, reference),
    ]);
    reference = nextMode(reference, refused);
  }
  throw new ConnectorError('unavailable', 'the outbound entry is contended; try again');
}

type Delivery = NonNullable<EntryItem['delivery']>;

function isSettled({ state, part }: Delivery, evidencePart: number): boolean {
  return part > evidencePart || state === 'sent' || state === 'failed';
}

const openStates = { ':accepted': 'accepted', ':sending': 'sending', ':uncertain': 'uncertain' };
const openCondition =
  'delivery.#part = :part AND delivery.#state IN (:accepted, :sending, :uncertain)';
const names = { '#state': 'state', '#part': 'part' };

function entryWrite(
  table: Table,
  place: Place,
  entry: EntryItem,
  evidence: SentEvidence,
): TransactItem {
  const { parts = 1 } = entry.delivery ?? {};
  return evidence.part + 1 < parts
    ? nextPartWrite(table, place, evidence)
    : sentWrite(table, place, entry, evidence);
}

function idSet({ providerMessageId }: SentEvidence) {
  return providerMessageId === undefined
    ? { set: [], values: {} }
    : { set: ['providerMessageId = :providerId'], values: { ':providerId': providerMessageId } };
}

/** Due at once: where no sender is at work on it, the sweep asks for the next part. */
function nextPartWrite(table: Table, place: Place, evidence: SentEvidence): TransactItem {
  const id = idSet(evidence);
  const set = [
    'delivery.#state = :accepted',
    'delivery.#part = :next',
    'attentionPk = :attention',
    'attentionAt = :at',
    ...id.set,
  ];
  return {
    Update: {
      TableName: table.name,
      Key: entryKey(place.conversationId, place.sequence),
      UpdateExpression: `SET ${set.join(', ')} REMOVE delivery.leaseUntil`,
      ConditionExpression: openCondition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ...openStates,
        ...id.values,
        ':part': evidence.part,
        ':next': evidence.part + 1,
        ':attention': attentionPk,
        ':at': evidence.at,
      },
    },
  };
}

function sentWrite(
  table: Table,
  place: Place,
  { delivery }: EntryItem,
  evidence: SentEvidence,
): TransactItem {
  const { part, providerMessageId, at } = evidence;
  const id = idSet(evidence);
  const update: UpdateRecord & { kind: 'status' } = {
    kind: 'status',
    id: 'settled:sent',
    status: 'sent',
    occurredAt: at,
    ...(providerMessageId === undefined ? {} : { providerMessageId }),
    errors: [],
    metadata: delivery?.usesFallback ? sentAsFallback : {},
  };
  const change = statusChange(update);
  const input = updateInput(place, update, {
    set: [...change.set, 'delivery.#state = :sent', ...id.set],
    condition: `${openCondition} AND ${change.condition}`,
    names: { ...change.names, ...names },
    values: { ...change.values, ...openStates, ...id.values, ':part': part, ':sent': 'sent' },
  });
  return {
    Update: {
      TableName: table.name,
      ...input,
      UpdateExpression: `${input.UpdateExpression} REMOVE attentionPk, attentionAt, delivery.leaseUntil`,
    },
  };
}

function referenceWrites(
  table: Table,
  meta: MetaItem,
  entry: EntryItem,
  { providerMessageId = '', providerAliases = [], part }: SentEvidence,
  mode: ReferenceMode,
): TransactItem[] {
  if (mode === 'none' && providerMessageId !== '') return [];
  const { connector, account, id: conversationId, contactId } = meta;
  const pointer = { conversationId, contactId, sequence: entry.sequence, part };
  const aliases = new Set(providerAliases);
  aliases.delete(providerMessageId);
  const key = referenceKey(connector, account, providerMessageId);
  return [
    ...(mode === 'none' ? [] : [referenceWrite(table, key, pointer, mode === 'parked')]),
    ...[...aliases].map((alias) =>
      aliasWrite(table, referenceKey(connector, account, alias), pointer),
    ),
  ];
}
