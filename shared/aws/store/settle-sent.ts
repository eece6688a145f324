import { ConnectorError } from '#shared/errors';
import type { EntryItem, MetaItem, UpdateRecord } from '#shared/table/items';
import { entryKey, referenceKey } from '#shared/table/keys';
import { readEntry, type Table } from './table.ts';
import { aliasWrite, referenceWrite, type TransactItem, transact } from './transact.ts';
import { statusChange, updateInput } from './update.ts';

export interface SentEvidence {
  readonly part: number;
  /** Absent where only our own id is known to have been echoed. */
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

function entryWrite(
  table: Table,
  place: { conversationId: string; sequence: number },
  entry: EntryItem,
  { part, providerMessageId, at }: SentEvidence,
): TransactItem {
  const { parts = 1 } = entry.delivery ?? {};
  const condition =
    'delivery.#part = :part AND delivery.#state IN (:accepted, :sending, :uncertain)';
  const names = { '#state': 'state', '#part': 'part' };
  const states = { ':accepted': 'accepted', ':sending': 'sending', ':uncertain': 'uncertain' };
  const id = providerMessageId === undefined ? {} : { ':providerId': providerMessageId };
  const keepId = providerMessageId === undefined ? [] : ['providerMessageId = :providerId'];
  if (part + 1 < parts) {
    return {
      Update: {
        TableName: table.name,
        Key: entryKey(place.conversationId, place.sequence),
        UpdateExpression: `SET ${['delivery.#state = :accepted', 'delivery.#part = :next', ...keepId].join(', ')} REMOVE delivery.leaseUntil`,
        ConditionExpression: condition,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ...states, ...id, ':part': part, ':next': part + 1 },
      },
    };
  }
  const update: UpdateRecord & { kind: 'status' } = {
    kind: 'status',
    id: 'settled:sent',
    status: 'sent',
    occurredAt: at,
    ...(providerMessageId === undefined ? {} : { providerMessageId }),
    errors: [],
    metadata: {},
  };
  const change = statusChange(update);
  const input = updateInput(place, update, {
    set: [...change.set, 'delivery.#state = :sent', ...keepId],
    condition: `${condition} AND ${change.condition}`,
    names: { ...change.names, ...names },
    values: { ...change.values, ...states, ...id, ':part': part, ':sent': 'sent' },
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
  if (mode === 'none') return [];
  const { connector, account, id: conversationId, contactId } = meta;
  const pointer = { conversationId, contactId, sequence: entry.sequence, part };
  const aliases = new Set(providerAliases);
  aliases.delete(providerMessageId);
  return [
    referenceWrite(
      table,
      referenceKey(connector, account, providerMessageId),
      pointer,
      mode === 'parked',
    ),
    ...[...aliases].map((alias) =>
      aliasWrite(table, referenceKey(connector, account, alias), pointer),
    ),
  ];
}
