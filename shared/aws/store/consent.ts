import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '#shared/model/channel';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';
import type { Verdict } from '#shared/reply-check';
import type { EntryItem } from '#shared/table/entry';
import { ConsentItem, type MetaItem } from '#shared/table/items';
import { consentKey } from '#shared/table/keys';
import { unlessRefused } from './cursor.ts';
import { readItem, type Table } from './table.ts';

/** What a customer stops who wants no advertising, in the word of the only provider that asks for a category. */
const marketing = 'marketing_messages';

/** Contacts have one or two of these. */
const mostCopied = 25;

/**
 * Writes down what an entry tells of the customer's consent. The newest word by the provider's clock stays, so that
 * repeating it, also after a crash or in another order, ends the same. A contact that is joined brings what it had
 * said along: an opt-out must not be lost with it.
 */
export async function recordConsent(
  table: Table,
  { contactId, channel }: Pick<MetaItem, 'contactId' | 'channel'>,
  { consent, contactChange, message }: EntryItem,
): Promise<void> {
  if (contactChange?.reason === 'address_changed' && contactChange.relatedContactId) {
    for (const each of await consentsOf(table, contactChange.relatedContactId, channel)) {
      await write(table, contactId, channel, each);
    }
  }
  if (consent && message) {
    await write(table, contactId, channel, { ...consent, occurredAt: message.occurredAt });
  }
}

async function write(
  table: Table,
  contactId: string,
  channel: Channel,
  { category, state, evidence, occurredAt }: ConsentItem,
): Promise<void> {
  await unlessRefused(table, {
    Key: consentKey(contactId, channel, category),
    UpdateExpression:
      'SET category = :category, #state = :state, evidence = :evidence, occurredAt = :at',
    // Of two words in the same second a refusal is the one that is kept.
    ConditionExpression:
      'attribute_not_exists(pk) OR occurredAt < :at OR (occurredAt = :at AND :state = :revoked)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':category': category,
      ':state': state,
      ':evidence': evidence,
      ':at': occurredAt,
      ':revoked': 'revoked',
    },
  });
}

async function consentsOf(table: Table, contactId: string, channel: Channel) {
  const { pk, sk } = consentKey(contactId, channel, '');
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
      ConsistentRead: true,
      Limit: mostCopied,
    }),
  );
  return Items.map((item) => ConsentItem.parse(item));
}

/**
 * The verdict on a reply with the customer's own word added: a template that is marketing by its caller's word does
 * not go to whoever has stopped that. Only for such a template is anything read. The provider would refuse it too
 * (Meta: 131050), after the fact.
 */
export async function consentedVerdict(
  table: Table,
  conversation: Pick<MetaItem, 'contactId' | 'channel'>,
  { content, fallbackTemplate }: Pick<ReplyCommand, 'content' | 'fallbackTemplate'>,
  verdict: Verdict,
): Promise<Verdict> {
  if (verdict.refusal) return verdict;
  const goesOut = verdict.usesFallback ? (fallbackTemplate ?? content) : content;
  const refusal = await optOutOf(table, conversation, goesOut);
  return refusal ? { refusal } : verdict;
}

async function optOutOf(
  table: Table,
  { contactId, channel }: Pick<MetaItem, 'contactId' | 'channel'>,
  content: ReplyContent,
): Promise<DeliveryError | undefined> {
  if (content.type !== 'template' || content.category !== 'marketing') return undefined;
  const key = consentKey(contactId, channel, marketing);
  const consent = await readItem(table, ConsentItem, key, true);
  if (consent?.state !== 'revoked') return undefined;
  const title = `the customer stopped ${marketing} on ${consent.occurredAt}`;
  return { code: 'recipient_opted_out', title, retryable: false };
}
