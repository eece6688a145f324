import { setTimeout as sleep } from 'node:timers/promises';
import {
  aliasWrite,
  referenceWrite,
  type TransactItem,
  transact,
} from '#shared/aws/store/conditional-writes';
import { dueAs } from '#shared/aws/store/due/due';
import { type Attributes, type Place, readState, stateWrite } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { ConnectorError } from '#shared/errors';
import type { MetaItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import { outcomeOf } from '#shared/table/outcome';
import { knownParts, partCount } from '#shared/table/parts';
import type { Delivery, EntryState, PartState } from '#shared/table/state';
import { sentAsFallback } from './claim.ts';
import { expectedOf, outcomeChanges, settledId } from './outcome.ts';

export interface SentEvidence {
  readonly part: number;
  /** Absent where only our own id has been echoed, or where the answer does not know it yet (shared/aws/store/update/target.ts). */
  readonly providerMessageId?: string;
  readonly providerAliases?: readonly string[];
  readonly at: string;
}

const mostTries = 8;

/** `parked`: updates wait on the reference already. `none`: there is no id, or it points at another entry already. */
type ReferenceMode = 'new' | 'parked' | 'none';

function nextMode(mode: ReferenceMode, refused: readonly string[] | undefined): ReferenceMode {
  if (refused?.[1] !== 'ConditionalCheckFailed') return mode;
  return mode === 'new' ? 'parked' : 'none';
}

/**
 * Records that the provider has taken one part: the provider's id now points at the entry, and the next part may be
 * claimed, unless another one has failed; with the last part the message is `sent`. Said by the attempt's own answer or by later evidence (a
 * status callback, an echo), whichever comes first; the second one changes nothing.
 *
 * Returns the state as it then is.
 */
export async function settleSent(
  table: Table,
  meta: MetaItem,
  sequence: number,
  evidence: SentEvidence,
): Promise<EntryState> {
  const place = { conversationId: meta.id, sequence };
  let reference: ReferenceMode = evidence.providerMessageId === undefined ? 'none' : 'new';
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const entry = await readState(table, place);
    if (!entry?.delivery) throw new ConnectorError('unavailable', 'no such reply');
    if (isSettled(entry.delivery, evidence.part)) return entry;
    const refused = await transact(table, [
      sentWrite(table, place, entry, entry.delivery, evidence),
      ...referenceWrites(table, meta, entry, evidence, reference),
    ]);
    if (!refused) continue;
    reference = nextMode(reference, refused);
    await sleep(Math.random() * 20 * attempt);
  }
  throw new ConnectorError('unavailable', 'the reply is contended; try again');
}

/** Evidence speaks of the part that is next or under way; of every other one all is known, or nothing can be. */
function isSettled({ state, part }: Delivery, evidencePart: number): boolean {
  return part !== evidencePart || state === 'sent' || state === 'failed';
}

/** The part as sent, and what follows: the next one, or the end of the sending. */
function sentWrite(
  table: Table,
  place: Place,
  entry: EntryState,
  delivery: Delivery,
  { part, providerMessageId, at }: SentEvidence,
) {
  const id = providerMessageId === undefined ? {} : { providerMessageId };
  // As it stands with this part behind it.
  const after = { ...entry, delivery: { ...delivery, state: 'accepted' as const, part: part + 1 } };
  const report: PartState = { part, ...id, status: 'sent', errors: [] };
  const unchanged = { parts: knownParts(entry), told: false, state: 'accepted' } as const;
  const outcome = outcomeOf(after, report) ?? unchanged;
  const metadata = delivery.usesFallback ? sentAsFallback : {};
  const occasion = { id: settledId(entry, report), occurredAt: at, ...id, metadata };
  const isLast = part + 1 === partCount(entry);
  const changes = outcomeChanges(entry, outcome, occasion, {
    ...id,
    ...(isLast ? {} : { 'delivery.part': part + 1 }),
    ...(outcome.state === 'accepted' ? nextAt(place, at) : {}),
  });
  return stateWrite(table, place, entry, changes, expectedOf(entry));
}

/** Due at once: where no sender is at work on it, the sweep asks for the next part. */
function nextAt({ conversationId }: Place, at: string): Attributes {
  const free = { 'delivery.state': 'accepted', 'delivery.leaseUntil': undefined };
  return { ...free, ...dueAs('reply', conversationId, at) };
}

function referenceWrites(
  table: Table,
  meta: MetaItem,
  entry: EntryState,
  { providerMessageId = '', providerAliases = [], part }: SentEvidence,
  mode: ReferenceMode,
): TransactItem[] {
  if (mode === 'none' && providerMessageId !== '') return [];
  const { connector, account, id: conversationId, contactId } = meta;
  const { sequence, expiresAt } = entry;
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  const pointer = { conversationId, contactId, sequence, part, ...expiry };
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
