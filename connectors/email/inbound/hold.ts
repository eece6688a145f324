import type { Account } from '#connectors/email/account';
import type { Receipt } from '#connectors/email/ses-schema';
import type { Ignored } from '#shared/connector/channel-event';

/**
 * Holds back a mail that a check of SES failed, where the account wants that. Only `FAIL` counts: a check that could not
 * be made says nothing.
 */
export function heldBack(
  { spamVerdict, virusVerdict }: Receipt,
  { spam, virus }: Account,
): Ignored | undefined {
  if (virus === 'hold' && isFailed(virusVerdict)) return held('held_as_virus');
  if (spam === 'hold' && isFailed(spamVerdict)) return held('held_as_spam');
  return undefined;
}

function isFailed(verdict: { readonly status: string } | undefined): boolean {
  return verdict?.status.toUpperCase() === 'FAIL';
}

function held(reason: string): Ignored {
  return { kind: 'ignored', reason, keep: true };
}
