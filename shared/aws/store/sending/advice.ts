import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { readItem, type Table } from '#shared/aws/store/table';
import type { DeliveryError } from '#shared/model/delivery-status';
import { ConversationItem } from '#shared/table/items';
import { contactKey, conversationKey } from '#shared/table/keys';

/** The other kind of conversation with a customer is most often among the newest. */
const maxConversations = 10;

type Refused = Pick<
  ConversationItem,
  'account' | 'channel' | 'connector' | 'contactId' | 'visibility'
>;

/**
 * Puts the other conversation into the advice of an error, where the error has an advice: the newest one of the other
 * visibility with the same customer. Without one, a private message may still be possible, but there is no post to
 * answer in public: that advice is left out.
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
  const found = await newestOf(table, conversation, visibility);
  if (found) return { ...error, advice: { ...advice, conversationId: found.id } };
  return visibility === 'public' ? withoutAdvice(error) : error;
}

function withoutAdvice<Failure extends DeliveryError>({ advice: _, ...error }: Failure): Failure {
  return error as Failure;
}

/** The index may lag behind by a moment. */
async function newestOf(
  table: Table,
  { account, channel, connector, contactId }: Refused,
  visibility: 'private' | 'public',
): Promise<ConversationItem | undefined> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'contact',
      KeyConditionExpression: 'contactPk = :contact',
      ExpressionAttributeValues: { ':contact': contactKey(contactId).pk },
      ScanIndexForward: false,
      Limit: maxConversations,
    }),
  );
  for (const { pk } of Items) {
    const key = conversationKey(String(pk).replace(/^CONVERSATION#/, ''));
    const found = await readItem(table, ConversationItem, key);
    if (found?.visibility !== visibility || found.channel !== channel) continue;
    if (found.connector === connector && found.account === account) return found;
  }
  return undefined;
}
