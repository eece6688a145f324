import { replyRulesOf } from '#connectors/reply-rules';
import { answeredIn } from '#infra/cli/answered';
import { nextStep } from '#infra/cli/output/next-step';
import { allMessages } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';
import { type ReplyRules, validateReply } from '#shared/reply/check';
import { ConversationItem } from '#shared/table/items';
import { conversationKey } from '#shared/table/keys';
import { readConsents } from './consents.ts';
import type { Stack } from './stack.ts';
import { readItem, type Table } from './table.ts';

type Refusal = Pick<DeliveryError, 'code' | 'title'>;

/** The answer that is proposed. */
const hello = { content: { type: 'text', text: 'Hello!' } } as const;

/** Proposes the answer to give in a conversation, or says why none can go out and what to do then. */
export async function nextAnswer(
  stack: Stack,
  table: Table,
  conversationId: string,
  optOut: string | undefined,
): Promise<readonly string[]> {
  const conversation = await readItem(table, ConversationItem, conversationKey(conversationId));
  if (!conversation) return [`./switchboard show ${conversationId}`];
  // The word of consent may be stored a moment after the message.
  const refusal = optOut === 'STOP' ? stopped : await whyRefused(stack, table, conversation);
  if (!refusal) return [`./switchboard reply ${conversationId} "Hello!"`];
  const step = nextStep(refusal.code, answeredIn(stack, conversation));
  return [
    `a reply would be refused (${refusal.code}): ${refusal.title}`,
    step ?? `./switchboard show ${conversationId}`,
  ];
}

const stopped: Refusal = {
  code: 'recipient_opted_out',
  title: 'the customer has just stopped messages',
};

/** Checks the answer as the API does. */
async function whyRefused(
  { accounts }: Stack,
  table: Table,
  conversation: ConversationItem,
): Promise<Refusal | undefined> {
  const { connector, account } = conversation;
  const own = accounts.find((each) => each.connector === connector && each.account === account);
  if (own?.settings === undefined) return undefined;
  const setting = { connector, account, settings: own.settings, publicUrl: '', apiUrl: '' };
  const rules = replyRulesOf({ accounts: [setting], archiveBucket: '' }, conversation);
  // The message just received is the one that the reply would answer.
  const route = { ...conversation, lastInboundProviderMessageId: conversation.threadKey ?? '' };
  const { refusal } = validateReply(hello, route, rules, new Date());
  return refusal ?? (await optOutIn(table, conversation, rules));
}

/** The customer's newest word on all messages of this sender, where it is a no. */
async function optOutIn(
  table: Table,
  conversation: ConversationItem,
  { consentSenders = [] }: ReplyRules,
): Promise<Refusal | undefined> {
  const ours = conversation.businessIdentity.address;
  const senders = ['*', ours, ...consentSenders];
  const last = (await readConsents(table, conversation)).find(
    ({ category, sender, saidTo }) =>
      category === allMessages && (senders.includes(sender) || saidTo?.has(ours)),
  );
  if (last?.state !== 'revoked') return undefined;
  const title = `the customer stopped messages from this sender on ${last.occurredAt}`;
  return { code: 'recipient_opted_out', title };
}
