import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { ChannelMessage, Followed } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { derivedId } from '#shared/ids';
import { identityKey } from '#shared/model/identity';
import type { Authenticity } from '#shared/model/message';
import { MetaItem, ReferenceItem } from '#shared/table/items';
import { metaKey, referenceKey } from '#shared/table/keys';
import { readItem, type Table } from './table.ts';

/** The conversation a message belongs to. */
export interface Placement {
  readonly conversationId: string;
  /** A conversation the message names without the right to continue it. */
  readonly relatedConversationId?: string;
  /** Why it has not that right. */
  readonly joinRefused?: Refusal;
}

type Standing = Pick<ChannelMessage, 'senderStanding'>;
type Refusal = NonNullable<Authenticity['joinRefused']>;

/** What placing a message needs of it. */
type Placed = Pick<
  ChannelMessage,
  'business' | 'customer' | 'deduplicationId' | 'providerMessageId' | 'senderStanding' | 'thread'
>;

/** One `BatchGetItem` takes 100 keys, and a claimed id has two; a mail may name any number of ancestors. */
const maxFollowed = 49;

/**
 * Finds the conversation of a message. A conversation belongs to a contact, a business address and, where the channel
 * has threads, a thread. A message continues the conversation of an earlier one:
 *
 * - by a secret of ours, if its sender is a participant and nothing speaks against the sender;
 * - by an id that anybody can know or choose, only if its sender is authenticated and the same contact
 *   (CVE-2026-47123: a forged In-Reply-To spoke as an agent).
 *
 * Any other message opens a conversation of its own. If its sender is not authenticated, nothing that the sender
 * knows or chooses leads to that conversation again, and it cannot be one that exists already.
 */
export async function placeMessage(
  table: Table,
  origin: { readonly connector: string; readonly account: string },
  message: Placed,
  contactId: string,
): Promise<Placement> {
  const { connector, account } = origin;
  const ancestors = await ancestorsOf(table, connector, account, followedBy(message));
  let refused: Omit<Placement, 'conversationId'> = {};
  for (const ancestor of ancestors) {
    const refusal = await refusalOf(table, message, contactId, ancestor);
    if (!refusal) return { conversationId: ancestor.conversationId };
    if (!refused.joinRefused) {
      refused = { relatedConversationId: ancestor.conversationId, joinRefused: refusal };
    }
  }
  const thread = message.thread?.key ?? '';
  const parts = [contactId, connector, account, identityKey(message.business), thread];
  const own = isAuthenticated(message) ? [] : ['unproven', ownIdOf(message)];
  return { conversationId: derivedId('cnv', ...parts, ...own), ...refused };
}

/** The id a second delivery of the same message has in common with the first. */
export function ownIdOf({
  deduplicationId,
  providerMessageId,
}: Pick<ChannelMessage, 'deduplicationId' | 'providerMessageId'>): string {
  return deduplicationId ?? providerMessageId;
}

/**
 * The name under which later messages find this one by its provider id. Where a sender chooses that id and is not
 * authenticated, the name is another: it must not take the place of the message that truly has the id.
 */
export function publicNameOf(
  message: Pick<ChannelMessage, 'providerMessageId'> & Standing,
): string {
  const { providerMessageId } = message;
  return isAuthenticated(message) ? providerMessageId : unprovenName(providerMessageId);
}

function isAuthenticated({ senderStanding = 'authenticated' }: Standing): boolean {
  return senderStanding === 'authenticated';
}

/** No provider id has a blank in it. */
function unprovenName(providerMessageId: string): string {
  return `unproven ${providerMessageId}`;
}

/** A message of an unauthenticated sender that only shares an id with an earlier one is linked to it as well. */
function followedBy(message: Placed): readonly Followed[] {
  const follows = message.thread?.follows.slice(0, maxFollowed) ?? [];
  if (isAuthenticated(message)) return follows;
  return [...follows, { providerMessageId: message.providerMessageId, proof: 'claimed' }];
}

interface Ancestor {
  readonly conversationId: string;
  readonly contactId: string | undefined;
  readonly proof: Followed['proof'];
  /** Its own sender was not authenticated. */
  readonly isUnproven: boolean;
}

/** Why a message may not continue the conversation of an ancestor; nothing when it may. */
async function refusalOf(
  table: Table,
  message: Placed,
  contactId: string,
  ancestor: Ancestor,
): Promise<Refusal | undefined> {
  const { proof, isUnproven, conversationId } = ancestor;
  if (message.senderStanding === 'untrusted' || isUnproven) return 'not_authenticated';
  if (proof === 'claimed' && !isAuthenticated(message)) return 'not_authenticated';
  if (ancestor.contactId === contactId) return undefined;
  if (proof !== 'secret') return 'not_participant';
  // The conversation may belong to a contact that only claims the address; then its owner is a participant too.
  const meta = await readItem(table, MetaItem, metaKey(conversationId), true);
  const participants = new Set(meta?.customerIdentities.map(identityKey));
  const { identities } = message.customer;
  const isParticipant = identities.some((each) => participants.has(identityKey(each)));
  return isParticipant ? undefined : 'not_participant';
}

/** The messages among these that are known, in the order asked. */
async function ancestorsOf(
  table: Table,
  connector: string,
  account: string,
  follows: readonly Followed[],
): Promise<Ancestor[]> {
  const asked = follows.flatMap(({ providerMessageId, proof }) => {
    const { pk } = referenceKey(connector, account, providerMessageId);
    const proven = { pk, proof, isUnproven: false };
    if (proof !== 'claimed') return [proven];
    const unproven = referenceKey(connector, account, unprovenName(providerMessageId)).pk;
    return [proven, { pk: unproven, proof, isUnproven: true }];
  });
  const found = await references(table, new Set(asked.map(({ pk }) => pk)));
  return asked.flatMap(({ pk, proof, isUnproven }) => {
    const { conversationId, contactId } = found.get(pk) ?? {};
    return conversationId === undefined ? [] : [{ conversationId, contactId, proof, isUnproven }];
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
  // Read as unknown, a throttled one would open a second conversation.
  if (Object.keys(UnprocessedKeys).length > 0) {
    throw new ConnectorError('unavailable', 'not every reference could be read; try again');
  }
  const items = Responses?.[table.name] ?? [];
  return new Map(items.map((item) => [String(item['pk']), ReferenceItem.parse(item)]));
}
