import { conversationsOf } from '#shared/aws/store/contacts/conversations';
import { readItem, type Table } from '#shared/aws/store/table';
import { isOfCustomer } from '#shared/aws/store/update/named-message';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ErrorCode } from '#shared/model/error-code';
import type { Entry } from '#shared/table/entry';
import { ConversationItem } from '#shared/table/items';
import { conversationKey } from '#shared/table/keys';
import { answeredMessage, newestBefore } from './earlier.ts';

/** The other kind of conversation with a customer is most often among the newest. */
const maxConversations = 10;

type Refused = Pick<
  ConversationItem,
  'account' | 'channel' | 'connector' | 'contactId' | 'visibility'
>;

/**
 * Puts the other conversation into the advice of an error, where the error has an advice: the newest one of the other
 * visibility with the same customer. Without one, a private message may still be possible, but there is no post to
 * answer in public: that advice is left out. So is one to a conversation in which nothing can be sent now.
 */
export async function withConversation<Failure extends DeliveryError>(
  table: Table,
  conversation: Refused,
  error: Failure,
): Promise<Failure> {
  const { advice } = error;
  if (!advice) return error;
  const visibility = advice.action === 'reply_in_public' ? 'public' : 'private';
  if (visibility === conversation.visibility) return withoutAdvice(error);
  const { open, isAnyClosed } = await newestOf(table, conversation, visibility);
  if (open) return { ...error, advice: { ...advice, conversationId: open.id } };
  return visibility === 'public' || isAnyClosed ? withoutAdvice(error) : error;
}

function withoutAdvice<Failure extends DeliveryError>({ advice: _, ...error }: Failure): Failure {
  return error as Failure;
}

/** The failures of a reply that say of its conversation that nothing can be sent there now. */
const closedBy: ReadonlySet<string> = new Set([
  'recipient_unreachable',
  'post_unavailable',
  'replies_restricted',
  'reply_not_allowed',
] satisfies ErrorCode[]);

const isClosing = ({ status, errors = [] }: Entry) =>
  status === 'failed' && errors.some(({ code }) => closedBy.has(code));

/**
 * Tells if a reply may go out in a conversation as far as is known: our last one there was not refused for good, or the
 * customer has written since; and in public there is a post to answer.
 */
async function isOpen(table: Table, { id, visibility }: ConversationItem): Promise<boolean> {
  const last = await newestBefore(
    table,
    id,
    (entry) => isOfCustomer(entry) || isClosing(entry) || entry.delivery?.state === 'sent',
  );
  if (last && isClosing(last)) return false;
  if (visibility === 'private') return true;
  const takenAt = new Date().toISOString();
  return (await answeredMessage(table, id, { takenAt })).providerMessageId !== undefined;
}

interface Other {
  readonly open?: ConversationItem;
  /** There is one in which nothing can be sent now. */
  readonly isAnyClosed: boolean;
}

async function newestOf(
  table: Table,
  { account, channel, connector, contactId }: Refused,
  visibility: 'private' | 'public',
): Promise<Other> {
  let isAnyClosed = false;
  for (const id of await conversationsOf(table, contactId, maxConversations)) {
    const found = await readItem(table, ConversationItem, conversationKey(id));
    if (found?.visibility !== visibility || found.channel !== channel) continue;
    if (found.connector !== connector || found.account !== account) continue;
    if (await isOpen(table, found)) return { open: found, isAnyClosed };
    isAnyClosed = true;
  }
  return { isAnyClosed };
}
