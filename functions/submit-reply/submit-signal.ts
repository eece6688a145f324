import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { signalDeduplicationId } from '#shared/aws/replies-queue';
import { readMeta } from '#shared/aws/store/table';
import { json } from '#shared/http';
import { SignalCommand } from '#shared/model/reply';
import { postedCommand } from './posted-command.ts';
import type { SubmitReplyDependencies } from './submit-reply.ts';

/**
 * Takes a sign of reading or typing by HTTP. One that cannot be read is answered here and goes nowhere: unlike a
 * reply it is no part of its conversation. 202 means queued; nothing ever tells what became of it.
 */
export function signalSubmitter({ table, enqueue }: SubmitReplyDependencies) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const command = SignalCommand.safeParse(postedCommand(event));
    if (!command.success) {
      const reasons = command.error.issues.map(
        ({ path, message }) => `${path.join('.')}: ${message}`,
      );
      return json(400, { error: 'invalid_signal', reasons });
    }
    const { conversationId, signal } = command.data;
    await readMeta(table, conversationId);
    const { requestId } = event.requestContext;
    await enqueue(command.data, signalDeduplicationId(conversationId, requestId));
    return json(202, { conversationId, signal, status: 'queued' });
  };
}
