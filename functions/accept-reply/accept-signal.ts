import { capabilitiesOf } from '#connectors/capabilities';
import type { PublishTarget } from '#shared/aws/publish/publish';
import { requestSignal } from '#shared/aws/publish/queues';
import { signalledMessage } from '#shared/aws/store/sending/signal-message';
import { readConversation } from '#shared/aws/store/table';
import { count } from '#shared/metrics';
import type { SignalCommand } from '#shared/model/reply';

/**
 * Passes a typing indicator or read receipt on to the sender, in its order among the replies; nothing is stored. Throws
 * `unknown_conversation`, `content_not_supported` on a channel that has none, and `invalid_signal` where there is no
 * message of the customer that it could be about.
 */
export async function acceptSignal(
  { table, outbound }: PublishTarget,
  command: SignalCommand,
  queueId: string,
): Promise<void> {
  const { conversationId, signal } = command;
  const conversation = await readConversation(table, conversationId);
  const capabilities = capabilitiesOf(conversation.connector, conversation.channel);
  const providerMessageId = await signalledMessage(table, conversation, capabilities, command);
  await requestSignal(outbound, { conversationId, signal, providerMessageId }, queueId);
  count('SignalsQueued', conversation.connector);
}
