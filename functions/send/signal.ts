import { isConnectorId } from '#connectors/declarations';
import { senders } from '#connectors/senders';
import { accountNamed } from '#shared/accounts';
import { readConversation } from '#shared/aws/store/table';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { SendSignal } from '#shared/model/send-command';
import type { ConversationItem } from '#shared/table/items';
import type { SendDependencies } from './outbound.ts';
import { contextOf } from './prepare.ts';

/** Short: replies wait behind it, and it is not missed. */
const timeoutSeconds = 5;

/**
 * Shows the customer a typing indicator or read receipt: tried once, kept nowhere. Never throws: whatever goes wrong
 * with it, the replies behind it go on.
 */
export async function showSignal(
  dependencies: SendDependencies,
  { conversationId, signal, providerMessageId }: SendSignal,
): Promise<void> {
  try {
    const conversation = await readConversation(dependencies.target.table, conversationId);
    const shown = await tryOnce(dependencies, conversation, { signal, providerMessageId });
    if (shown === undefined) return count('SignalsIgnored', conversation.connector);
    count(shown ? 'SignalsShown' : 'SignalsFailed', conversation.connector);
    logger.info('signal tried', { conversationId, signal, shown });
  } catch (fault) {
    count('SignalsFailed');
    logger.warn('signal fault', { conversationId, name: fault instanceof Error ? fault.name : '' });
  }
}

/** Undefined where the provider has neither typing indicators nor read receipts. */
async function tryOnce(
  dependencies: SendDependencies,
  conversation: ConversationItem,
  sign: Pick<SendSignal, 'signal' | 'providerMessageId'>,
): Promise<boolean | undefined> {
  const { accounts, secrets } = dependencies;
  const sender = isConnectorId(conversation.connector)
    ? senders[conversation.connector]
    : undefined;
  if (!sender?.signal) return undefined;
  const setting = accountNamed(accounts, conversation.connector, conversation.account);
  const context = await contextOf(sender, setting, secrets);
  const { businessIdentity } = conversation;
  return sender.signal(
    { ...sign, businessIdentity },
    { ...context, timeoutSeconds, messageId: '', part: 0, attempt: 1 },
  );
}
