import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { Followed } from '#shared/connector/thread';
import { ConnectorError } from '#shared/errors';
import { derivedId } from '#shared/ids';
import { identityKey } from '#shared/model/identity';
import { ConversationItem, ReferenceItem, readable } from '#shared/table/items';
import { conversationKey, referenceKey } from '#shared/table/keys';
import { type Ancestor, type Refusal, refusalOf } from './join.ts';

/** The conversation a message belongs to. */
export interface Placement {
  readonly conversationId: string;
  /** It continues this conversation by a message that it names. */
  readonly joins?: true;
  /** A conversation that the message names without the right to continue it. */
  readonly relatedConversationId?: string;
  /** The reason why it may not continue that conversation. */
  readonly joinRefused?: Refusal;
}

/** The fields of a message that decide its conversation. */
type Placed = Pick<
  ChannelMessage,
  | 'business'
  | 'customer'
  | 'deduplicationId'
  | 'providerMessageId'
  | 'senderStanding'
  | 'sentFrom'
  | 'thread'
>;

/**
 * Finds the conversation of a message. A conversation belongs to a contact, a business address and, where the channel
 * has threads, a thread. A message continues the conversation of an earlier one:
 *
 * - by a secret we gave out, if its sender is a participant and nothing speaks against the sender;
 * - by an id that anyone can know or choose, only if its sender is authenticated and the same contact or a participant
 *   (CVE-2026-47123: a forged In-Reply-To spoke as an agent).
 *
 * Any other message opens a conversation of its own. If its sender is not authenticated, nothing that the sender
 * knows or chooses leads to that conversation again, and it cannot be one that exists already.
 */
export async function placeMessage(
  table: Table,
  { connector, account }: { readonly connector: string; readonly account: string },
  message: Placed,
  contactId: string,
): Promise<Placement> {
  const openedBy: OpenedBy = (thread, ...own) =>
    derivedId('cnv', contactId, connector, account, identityKey(message.business), thread, ...own);
  const ancestors = await ancestorsOf(table, connector, account, followedBy(message));
  let refused: Omit<Placement, 'conversationId'> = {};
  for (const ancestor of ancestors) {
    const found = await continued(table, message, contactId, ancestor, openedBy);
    if ('conversationId' in found) return { ...found, joins: true };
    if (!refused.joinRefused) {
      const { conversationId: relatedConversationId } = ancestor;
      refused = { relatedConversationId, joinRefused: found.joinRefused };
    }
  }
  return { conversationId: openedBy(message.thread?.key ?? '', ...ownOf(message)), ...refused };
}

/**
 * The further names of a conversation that a message opens. Two senders who write for the same customer never share
 * one, and nothing that an unauthenticated sender chooses leads to one.
 */
function ownOf(message: Placed): string[] {
  if (!isAuthenticated(message)) return ['unproven', ownIdOf(message)];
  const { senderStanding = 'authenticated', sentFrom } = message;
  return sentFrom && senderStanding !== 'authenticated'
    ? ['sent from', identityKey(sentFrom.identity)]
    : [];
}

/** The id of the conversation that the sender's contact opens with a message. */
type OpenedBy = (threadKey: string, ...own: readonly string[]) => string;

/** Finds the conversation that a message continues by naming this ancestor, or the reason why it may not. */
async function continued(
  table: Table,
  message: Placed,
  contactId: string,
  ancestor: Ancestor,
  openedBy: OpenedBy,
): Promise<{ readonly conversationId: string } | { readonly joinRefused: Refusal }> {
  const { conversationId, providerMessageId, proof } = ancestor;
  const joinRefused = await refusalOf(table, message, contactId, ancestor);
  if (!joinRefused) return { conversationId };
  // A stranger may have used the sender's id first; a conversation that the sender opened with it is still there.
  if (joinRefused === 'not_participant' && proof === 'claimed') {
    const own = openedBy(providerMessageId);
    if (await isOpen(table, own)) return { conversationId: own };
  }
  return { joinRefused };
}

async function isOpen(table: Table, conversationId: string): Promise<boolean> {
  return (
    (await readItem(table, ConversationItem, conversationKey(conversationId), true)) !== undefined
  );
}

/** The id that every delivery of the same message shares. */
export function ownIdOf({
  deduplicationId,
  providerMessageId,
}: Pick<ChannelMessage, 'deduplicationId' | 'providerMessageId'>): string {
  return deduplicationId ?? providerMessageId;
}

/** Lists the ancestors of a message. For an unauthenticated sender, an earlier message with the same id is one too. */
function followedBy(message: Placed): readonly Followed[] {
  const follows = message.thread?.follows.slice(0, maxFollowed - 1) ?? [];
  if (isAuthenticated(message)) return follows;
  return [...follows, { providerMessageId: message.providerMessageId, proof: 'claimed' }];
}

type Standing = Pick<ChannelMessage, 'senderStanding' | 'sentFrom'>;

/** One `BatchGetItem` takes 100 keys, and a claimed id has two; a mail may name any number of ancestors. */
const maxFollowed = 50;

/** Finds the known messages among these, in the order given. */
export async function ancestorsOf(
  table: Table,
  connector: string,
  account: string,
  follows: readonly Followed[],
): Promise<Ancestor[]> {
  const asked = follows.flatMap((followed) => {
    const { providerMessageId, proof } = followed;
    const { pk } = referenceKey(connector, account, providerMessageId);
    const proven = { pk, followed, isUnproven: false };
    if (proof !== 'claimed') return [proven];
    const unproven = referenceKey(connector, account, unprovenName(providerMessageId)).pk;
    return [proven, { pk: unproven, followed, isUnproven: true }];
  });
  const found = await references(table, new Set(asked.map(({ pk }) => pk)));
  return asked.flatMap(({ pk, followed, isUnproven }) => {
    const { conversationId, contactId, sequence } = found.get(pk) ?? {};
    return conversationId === undefined
      ? []
      : [{ ...followed, conversationId, sequence, contactId, isUnproven }];
  });
}

async function references(
  table: Table,
  pks: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReferenceItem>> {
  if (pks.size === 0) return new Map();
  const Keys = [...pks].map((pk) => ({ pk, sk: 'REFERENCE' }));
  const { Responses, UnprocessedKeys = {} } = await table.client.send(
    new BatchGetCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } }),
  );
  // Treated as unknown, a throttled reference would open a second conversation.
  if (Object.keys(UnprocessedKeys).length > 0) {
    throw new ConnectorError('unavailable', 'not every reference could be read; try again');
  }
  const items = Responses?.[table.name] ?? [];
  return new Map(items.map((item) => [String(item['pk']), ReferenceItem.parse(readable(item))]));
}

/**
 * The name under which later messages find this one by its provider id. A sender who chooses that id and is not
 * authenticated gets another name: it must not displace the message that truly has the id.
 */
export function publicNameOf(
  message: Pick<ChannelMessage, 'providerMessageId'> & Standing,
): string {
  const { providerMessageId } = message;
  return isAuthenticated(message) ? providerMessageId : unprovenName(providerMessageId);
}

function isAuthenticated({ senderStanding = 'authenticated', sentFrom }: Standing): boolean {
  return senderStanding === 'authenticated' || sentFrom?.standing === 'authenticated';
}

/** Cannot collide: no provider id contains a blank. */
function unprovenName(providerMessageId: string): string {
  return `unproven ${providerMessageId}`;
}
