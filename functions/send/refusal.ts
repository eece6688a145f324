import { raiseAlert } from '#shared/aws/publish/account-trouble';
import { recordWord } from '#shared/aws/store/contacts/record-consent';
import { withConversation } from '#shared/aws/store/sending/advice';
import { mayFallBack, switchToFallback } from '#shared/aws/store/sending/lease';
import { recordFailed } from '#shared/aws/store/sending/record-outcome';
import type { SendOutcome } from '#shared/connector/sender';
import type { DeliveryError } from '#shared/model/delivery-status';
import { withState } from '#shared/table/entry';
import type { EntryState } from '#shared/table/state';
import { type Outbound, placeOf, type SendDependencies } from './outbound.ts';

/**
 * Records an attempt that the provider has refused for good: the reply has failed, unless its fallback may go out. An
 * opt-out that the refusal tells is kept with the time of the attempt: the customer may have lifted it since.
 */
export async function recordRefusal(
  dependencies: SendDependencies,
  outbound: Outbound,
  claimed: EntryState,
  outcome: SendOutcome & { readonly kind: 'failed' },
): Promise<void> {
  const { consent, accountTrouble } = outcome;
  if (await fellBack(dependencies, outbound, outcome.error, claimed)) return;
  const { target, now } = dependencies;
  const { conversation } = outbound;
  const error = await withConversation(target.table, conversation, outcome.error);
  const at = now().toISOString();
  const { attempt = 1, attemptedAt = at } = claimed.delivery ?? {};
  if (consent)
    await recordWord(target.table, conversation, { ...consent, occurredAt: attemptedAt });
  await recordFailed(target.table, placeOf(outbound), { error, at, attempt, consent });
  if (accountTrouble) await raiseAlert(target, conversation, error, at);
}

/** The provider has the last word on its window, and a reply may have brought what can be sent outside it. */
async function fellBack(
  { target }: SendDependencies,
  outbound: Outbound,
  { code }: DeliveryError,
  claimed: EntryState,
): Promise<boolean> {
  if (code !== 'reply_window_closed' || !mayFallBack(outbound.entry)) return false;
  return switchToFallback(target.table, placeOf(outbound), withState(outbound.entry, claimed));
}
