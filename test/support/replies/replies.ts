import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { LocalStack } from '#test/support/stack/local-stack';

/** A helpdesk's reply by HTTP. */
export function replyByHttp(
  stack: Pick<LocalStack, 'description'>,
  conversationId: string,
  command: unknown,
  contentType?: string,
): Promise<HttpAnswer> {
  return post(stack, conversationId, 'replies', command, contentType);
}

/** A helpdesk's sign of reading or typing by HTTP. */
export function signalByHttp(
  stack: Pick<LocalStack, 'description'>,
  conversationId: string,
  command: unknown,
): Promise<HttpAnswer> {
  return post(stack, conversationId, 'signals', command);
}

interface HttpAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function post(
  { description }: Pick<LocalStack, 'description'>,
  conversationId: string,
  route: 'replies' | 'signals',
  command: unknown,
  contentType = 'application/json',
): Promise<HttpAnswer> {
  const path = `/v1/conversations/${encodeURIComponent(conversationId)}/${route}`;
  const response = await fetch(`${description.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof command === 'string' ? command : JSON.stringify(command),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export interface QueueIds {
  /** Default: the conversation. */
  readonly group?: string;
  /** Default: another one each time, so that it is the table that knows a repeat. */
  readonly deduplicationId?: string;
}

/** A helpdesk's reply on the replies queue. */
export async function replyByQueue(
  { sqs, description }: Pick<LocalStack, 'sqs' | 'description'>,
  command: unknown,
  { group = groupOf(command), deduplicationId = randomUUID() }: QueueIds = {},
): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: description.queues.replies,
      MessageBody: typeof command === 'string' ? command : JSON.stringify(command),
      MessageGroupId: group,
      MessageDeduplicationId: deduplicationId,
    }),
  );
}

/** The conversation that a command names; what names none is in a group of its own. */
function groupOf(command: unknown): string {
  const { conversationId } = (typeof command === 'object' && command ? command : {}) as {
    conversationId?: unknown;
  };
  return typeof conversationId === 'string' ? conversationId : randomUUID();
}

export function textReply(conversationId: string, replyId: string, text: string) {
  return { conversationId, replyId, content: { type: 'text', text } };
}
