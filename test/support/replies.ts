import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { LocalStack } from './local-stack.ts';

/** A helpdesk's reply by HTTP. */
export async function replyByHttp(
  { description }: LocalStack,
  conversationId: string,
  command: unknown,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const path = `/v1/conversations/${encodeURIComponent(conversationId)}/replies`;
  const response = await fetch(`${description.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof command === 'string' ? command : JSON.stringify(command),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** A helpdesk's reply on the replies queue. */
export async function replyByQueue(
  { sqs, description }: Pick<LocalStack, 'sqs' | 'description'>,
  command: unknown,
): Promise<void> {
  const MessageBody = typeof command === 'string' ? command : JSON.stringify(command);
  await sqs.send(new SendMessageCommand({ QueueUrl: description.queues.replies, MessageBody }));
}

export function textReply(conversationId: string, replyId: string, text: string) {
  return { conversationId, replyId, content: { type: 'text', text } };
}
