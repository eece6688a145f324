import type { TransactItem } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import { namedMessage } from '#shared/aws/store/update/named-message';
import type { DeliveryError } from '#shared/model/delivery-status';
import { identityKey } from '#shared/model/identity';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyRules, ReplyValidation } from '#shared/reply/check';
import type { Entry } from '#shared/table/entry';
import { AutomaticReplyItem, type ConversationItem } from '#shared/table/items';
import { automaticReplyKey, replyKey } from '#shared/table/keys';
import { newestOfCustomer } from './earlier.ts';

type Automatic = NonNullable<ReplyValidation['automatic']>;

/**
 * Checks an automatic reply, on a channel where machines answer machines: none goes to a message that a machine wrote,
 * and none to an address that has just had one, in whatever conversation. So two robots that answer each other stop
 * after one answer each, also where they do not say what they are. Reads nothing for an agent's reply.
 */
export async function validateAutomatic(
  table: Table,
  command: ReplyCommand,
  conversation: ConversationItem,
  {
    capabilities,
    recipients,
  }: Pick<ReplyRules, 'capabilities'> & Pick<ReplyValidation, 'recipients'>,
  now: Date,
): Promise<Pick<ReplyValidation, 'refusal' | 'automatic'>> {
  const { automaticReplies } = capabilities ?? {};
  if (command.author?.role !== 'bot' || !automaticReplies) return {};
  const answered = await answeredBy(table, command, conversation);
  const unfit = reasonNotToAnswer(answered);
  if (unfit) return refused(unfit);
  const { secondsApart } = automaticReplies;
  const addresses = addressesOf(conversation, recipients);
  for (const address of addresses) {
    const last = await readItem(table, AutomaticReplyItem, automaticReplyKey(address), true);
    const isOwn = last?.reply === replyOf(command);
    const isRecent = last && now.getTime() < endOf(last.repliedAt, secondsApart);
    if (isRecent && !isOwn) return tooSoon(last.repliedAt);
  }
  return { automatic: { addresses, secondsApart } };
}

/** A machine's message is never answered by a machine, nor one whose sender is surely another (RFC 3834, 2). */
function reasonNotToAnswer(answered: Entry | undefined): string | undefined {
  const { automated, authenticity } = answered?.message ?? {};
  if (automated) return 'a machine wrote the message that it answers';
  if (authenticity?.level === 'failed')
    return 'the sender of the message that it answers is forged';
  if (authenticity?.spam === 'FAIL') return 'the message that it answers is spam';
  return undefined;
}

/** The keys of all addresses that a reply goes to. */
function addressesOf(
  { customerIdentities }: ConversationItem,
  recipients: ReplyValidation['recipients'],
): string[] {
  const { to, cc, bcc } = recipients ?? { to: customerIdentities.slice(0, 1), cc: [], bcc: [] };
  return [...new Set([...to, ...cc, ...bcc].map(identityKey))];
}

async function answeredBy(
  table: Table,
  { inReplyToMessageId }: ReplyCommand,
  { id }: ConversationItem,
): Promise<Entry | undefined> {
  if (inReplyToMessageId !== undefined) return namedMessage(table, id, inReplyToMessageId);
  return newestOfCustomer(table, id);
}

/** The writes that take the turns of an automatic reply at its addresses; refused where another one has one. */
export function takeTurns(
  table: Table,
  command: ReplyCommand,
  { addresses, secondsApart }: Automatic,
  at: string,
): TransactItem[] {
  const earliest = new Date(Date.parse(at) - secondsApart * 1000).toISOString();
  return addresses.map((address) => ({
    Put: {
      TableName: table.name,
      Item: {
        ...automaticReplyKey(address),
        repliedAt: at,
        reply: replyOf(command),
        expiresAt: Math.ceil(endOf(at, secondsApart) / 1000),
      },
      ConditionExpression: 'attribute_not_exists(pk) OR repliedAt <= :earliest',
      ExpressionAttributeValues: { ':earliest': earliest },
    },
  }));
}

/** The refusal of a reply that found the turn taken when it was written. */
export function tooSoon(repliedAt?: string): { readonly refusal: DeliveryError } {
  const when = repliedAt === undefined ? 'just now' : `on ${repliedAt}`;
  return refused(`an automatic reply went to this address ${when}`);
}

function refused(why: string): { readonly refusal: DeliveryError } {
  const title = `${why}; a person may answer`;
  return { refusal: { code: 'automatic_reply_refused', title, retryable: false } };
}

function endOf(repliedAt: string, secondsApart: number): number {
  return Date.parse(repliedAt) + secondsApart * 1000;
}

function replyOf({ caller, replyId }: ReplyCommand): string {
  return replyKey(caller, replyId).pk;
}
