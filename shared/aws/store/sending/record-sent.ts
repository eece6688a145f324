import { setTimeout as sleep } from 'node:timers/promises';
import {
  aliasWrite,
  referenceWrite,
  type TransactItem,
  transact,
} from '#shared/aws/store/conditional-writes';
import { costOfSent, countSent } from '#shared/aws/store/spending/sent';
import { type Attributes, type Place, readState, stateWrite } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { ConnectorError } from '#shared/errors';
import type { Cost } from '#shared/model/cost';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { ConversationItem } from '#shared/table/items';
import { dueAs, referenceKey } from '#shared/table/keys';
import { outcomeOf } from '#shared/table/outcome';
import { knownParts, partCount } from '#shared/table/parts';
import type { Delivery, EntryState, PartState } from '#shared/table/state';
import { sentAsFallback } from './lease.ts';
import { expectedOf, outcomeChanges, settledId } from './outcome.ts';

export interface SentEvidence {
  readonly part: number;
  /**
   * Absent if only our own id was echoed, or if the answer does not know it yet (shared/aws/store/update/target.ts).
   */
  readonly providerMessageId?: string;
  readonly providerAliases?: readonly string[];
  readonly at: string;
  /** The time until which the provider keeps the message. */
  readonly scheduledFor?: string;
  /** The time when the status is looked up if it is not final by then; absent where it is not looked up. */
  readonly lookUpAt?: string;
}

interface PricedEvidence extends SentEvidence {
  readonly cost: Cost | undefined;
}

const maxTries = 8;

/** `parked`: updates wait on the reference already. `none`: there is no id, or it points at another entry already. */
type ReferenceMode = 'new' | 'parked' | 'none';

function nextMode(mode: ReferenceMode, refused: readonly string[] | undefined): ReferenceMode {
  if (refused?.[1] !== 'ConditionalCheckFailed') return mode;
  return mode === 'new' ? 'parked' : 'none';
}

/**
 * Records that the provider has accepted one part: the provider's id now points at the entry, and the next part may be
 * leased, unless another one has failed; with the last part the message is `sent`. The evidence is the answer to the
 * attempt, or a status callback or echo, whichever comes first; the second one changes nothing.
 *
 * Returns the new state.
 */
export async function recordSent(
  table: Table,
  conversation: ConversationItem,
  sequence: number,
  evidence: SentEvidence,
): Promise<EntryState> {
  const { entry, price } = await record(table, conversation, sequence, evidence);
  if (price) await countSent(table, conversation, price, evidence.at);
  return entry;
}

interface Recorded {
  readonly entry: EntryState;
  /** The price of a part that this call has recorded; absent where another one has, and has counted it. */
  readonly price: Delivery['price'];
}

async function record(
  table: Table,
  conversation: ConversationItem,
  sequence: number,
  evidence: SentEvidence,
): Promise<Recorded> {
  const place = { conversationId: conversation.id, sequence };
  let price: Delivery['price'];
  let reference: ReferenceMode = evidence.providerMessageId === undefined ? 'none' : 'new';
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const entry = await readState(table, place);
    if (!entry?.delivery) throw new ConnectorError('unavailable', 'no such reply');
    if (isSettled(entry.delivery, evidence.part)) return { entry, price };
    const cost = await costOf(table, conversation, entry, evidence);
    const refused = await transact(table, [
      sentWrite(table, place, entry, entry.delivery, { ...evidence, cost }),
      ...referenceWrites(table, conversation, entry, evidence, reference),
    ]);
    if (!refused) price = entry.delivery.price;
    else {
      reference = nextMode(reference, refused);
      await sleep(Math.random() * 20 * attempt);
    }
  }
  throw new ConnectorError('unavailable', 'the reply is contended; try again');
}

/** The cost to tell with the last part; undefined before it, and where the provider does not charge by the use. */
async function costOf(
  table: Table,
  conversation: ConversationItem,
  entry: EntryState,
  { part, at }: SentEvidence,
): Promise<Cost | undefined> {
  const { price } = entry.delivery ?? {};
  if (!price || part + 1 < partCount(entry)) return undefined;
  return costOfSent(table, conversation, price, at);
}

/** Evidence counts only for the part that is next or under way; every other part has its outcome, or was never sent. */
function isSettled({ state, part }: Delivery, evidencePart: number): boolean {
  return part !== evidencePart || state === 'sent' || state === 'failed';
}

/** Writes the part as sent, and what follows: the next part, or the end of the sending. */
function sentWrite(
  table: Table,
  place: Place,
  entry: EntryState,
  delivery: Delivery,
  { part, providerMessageId, at, scheduledFor, lookUpAt, cost }: PricedEvidence,
) {
  const id = providerMessageId === undefined ? {} : { providerMessageId };
  // The state once this part is sent.
  const after = { ...entry, delivery: { ...delivery, state: 'accepted' as const, part: part + 1 } };
  const report: PartState = { part, ...id, status: 'sent', errors: [] };
  const unchanged = { parts: knownParts(entry), told: false, state: 'accepted' } as const;
  const outcome = outcomeOf(after, report) ?? unchanged;
  const metadata: OwnMetadata = {
    ...(delivery.usesFallback ? sentAsFallback : {}),
    ...(scheduledFor ? { scheduledFor } : {}),
  };
  const occasion = { id: settledId(entry, report), occurredAt: at, ...id, metadata, cost };
  const isLast = part + 1 === partCount(entry);
  const changes = outcomeChanges(entry, outcome, occasion, {
    ...id,
    ...(isLast ? {} : { 'delivery.part': part + 1 }),
    ...(outcome.state === 'accepted' ? nextAt(place, at) : {}),
    ...(outcome.state === 'sent' && lookUpAt
      ? dueAs('status', place.conversationId, lookUpAt)
      : {}),
  });
  return stateWrite(table, place, entry, changes, expectedOf(entry));
}

/** Makes the next part due at once: if no sender is working on it, the sweep asks for it. */
function nextAt({ conversationId }: Place, at: string): Attributes {
  const free = { 'delivery.state': 'accepted', 'delivery.leaseUntil': undefined };
  return { ...free, ...dueAs('reply', conversationId, at) };
}

function referenceWrites(
  table: Table,
  conversation: ConversationItem,
  entry: EntryState,
  { providerMessageId = '', providerAliases = [], part }: SentEvidence,
  mode: ReferenceMode,
): TransactItem[] {
  if (mode === 'none' && providerMessageId !== '') return [];
  const { connector, account, id: conversationId, contactId } = conversation;
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
