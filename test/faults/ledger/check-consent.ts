import type { Accepted } from '#test/faults/channels/channel';
import type { Ledger } from './ledger.ts';

/** What an agent wrote after the helpdesk had heard of a STOP reached no provider. */
export function checkConsent({ silenced }: Ledger, sends: readonly Accepted[]): string[] {
  return silenced
    .filter(({ text }) => sends.some((send) => send.text.includes(text)))
    .map(({ replyId }) => `sent to a customer who had stopped: ${replyId}`);
}
