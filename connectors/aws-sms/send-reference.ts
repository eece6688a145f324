import { isObject } from '#shared/json';

/** The attempt that an event speaks of. */
export interface SendReference {
  readonly messageId: string;
  readonly part: number;
  readonly attempt: number;
  /** Our number that the reply was sent for. A pool may have sent it from another one. */
  readonly address: string;
}

/**
 * The `Context` of a message. AWS repeats it in every event of the message, so an event finds its reply even if the
 * answer to the send was lost.
 */
export function writeReference({ messageId, part, attempt, address }: SendReference) {
  return { reply: `${messageId}.${part}.${attempt}`, address };
}

/** Reads `writeReference` back; undefined for the context of other software. */
export function readReference(context: unknown): SendReference | undefined {
  const { reply, address } = isObject(context) ? context : {};
  if (typeof reply !== 'string' || typeof address !== 'string') return undefined;
  const [, messageId, part, attempt] = /^(msg_\w+)\.(\d{1,9})\.(\d{1,9})$/.exec(reply) ?? [];
  if (messageId === undefined) return undefined;
  return { messageId, part: Number(part), attempt: Number(attempt), address };
}
