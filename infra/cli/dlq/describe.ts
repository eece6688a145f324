import * as z from 'zod';
import { parsedJson } from '#shared/json';
import type { DeadMessage } from './messages.ts';

/** A dead letter with its number in the list. */
export interface Listed {
  readonly number: number;
  readonly message: DeadMessage;
}

const Named = z.looseObject({
  connector: z.string().optional(),
  account: z.string().optional(),
  conversationId: z.string().optional(),
  subject: z.string().optional(),
});

/**
 * The subject of a message, as far as its body names it: an account of a connector, or a conversation. Never its text.
 */
export function subjectOf({ body }: Pick<DeadMessage, 'body'>): string {
  const { connector, account, conversationId, subject } = Named.safeParse(jsonOf(body)).data ?? {};
  if (conversationId ?? subject) return conversationId ?? subject ?? '-';
  return connector === undefined ? '-' : `${connector}/${account ?? '?'}`;
}

/** JSON as a value; what is not JSON stays the text it is. */
export function jsonOf(body: string): unknown {
  const value = parsedJson(body);
  return value === undefined ? body : value;
}

/** The time at which it was put on the queue where it failed; undefined where SQS does not say. */
export function sentAt({ attributes }: Pick<DeadMessage, 'attributes'>): Date | undefined {
  const milliseconds = Number(attributes['SentTimestamp']);
  return Number.isFinite(milliseconds) ? new Date(milliseconds) : undefined;
}

/** `40 s`, `12 min`, `3 h`, `2 d`. */
export function ageOf(message: Pick<DeadMessage, 'attributes'>, now: Date): string {
  const at = sentAt(message);
  if (!at) return '-';
  const seconds = Math.max(0, Math.floor((now.getTime() - at.getTime()) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** One line of `--json`. The names are stable. */
export function messageJson({ number, message }: Listed) {
  const { queue, messageId, attributes } = message;
  const at = sentAt(message);
  return {
    kind: 'message',
    number,
    queue: queue.name,
    messageId,
    about: subjectOf(message),
    ...(at ? { sentAt: at.toISOString() } : {}),
    receiveCount: Number(attributes['ApproximateReceiveCount'] ?? 0),
  };
}
