import { expect } from 'vitest';
import { readCommand, readReply } from '#shared/command/read-command';
import type { FailureCode } from '#shared/errors';

export const conversationId = 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa';
export const text = { type: 'text', text: 'Hello' };
export const reply = { replyId: 'r1', conversationId, content: text };
export const template = { type: 'template', name: 'hello', language: 'en', components: [] };
export const withContent = (content: unknown) => ({ ...reply, content });

/** The reasons by HTTP, which are the same on the queue. */
export function reasonsFor(body: string, code: FailureCode = 'invalid_reply'): readonly string[] {
  const posted = readReply(Buffer.from(body), conversationId);
  const queued = readCommand(body);
  if (!('refusal' in posted) || !('refusal' in queued)) throw new Error('it is a reply');
  expect(queued.refusal).toEqual(posted.refusal);
  expect(posted.refusal.code).toBe(code);
  return posted.refusal.reasons;
}
