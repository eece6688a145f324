import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { capabilitiesOf } from '#connectors/capabilities';
import { signalDeduplicationId } from '#shared/aws/queues/replies-queue';
import { signalledMessage } from '#shared/aws/store/sending/signal-message';
import { readConversation } from '#shared/aws/store/table';
import { readSignal } from '#shared/command/read-command';
import { bodyOf, json } from '#shared/http';
import { conversationIn, refusal, refusing } from './answer.ts';
import type { SubmitReplyDependencies } from './submit-reply.ts';

/**
 * Takes a typing indicator or read receipt by HTTP. One that cannot be shown is answered here and goes nowhere. 202
 * means queued; no event tells its outcome.
 */
export function signalSubmitter({ table, enqueue }: SubmitReplyDependencies) {
  return (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
    refusing(async () => {
      const command = readSignal(bodyOf(event), conversationIn(event));
      if ('refusal' in command) return refusal(command.refusal.code, command.refusal.reasons);
      const { conversationId, signal } = command;
      const conversation = await readConversation(table, conversationId);
      await signalledMessage(
        table,
        conversation,
        capabilitiesOf(conversation.connector, conversation.channel),
        command,
      );
      const { requestId } = event.requestContext;
      await enqueue(command, signalDeduplicationId(conversationId, requestId));
      return json(202, { conversationId, signal, status: 'queued' });
    });
}
