import type { Account } from '#connectors/twitter/account';
import { userClients } from '#connectors/twitter/api/client';
import type { Credentials } from '#connectors/twitter/credentials';
import type { RegistrationContext } from '#shared/connector/registration';
import { listSubscriptions } from './calls.ts';
import { checkChallenge } from './challenge.ts';
import { eventKinds } from './events.ts';
import { subscribeAll } from './subscriptions.ts';
import { ensureWebhook, lookUp, refused, tellOthers } from './webhook.ts';

/**
 * Registers the webhook, then each subscription that is missing. A repeat makes nothing twice; it has X validate the
 * webhook again, which enables one that X had disabled.
 */
export async function register(
  context: RegistrationContext<Account, Credentials>,
  optional: readonly string[],
): Promise<void> {
  const { webhookUrl, account, prices, tell } = context;
  const challenge = await checkChallenge(context);
  tell(challenge);
  // X would refuse the webhook for the same reason, and disable one that is there.
  if (challenge.state === 'wrong') return;
  const listed = await lookUp(context);
  if (!listed) return;
  tellOthers(listed, tell);
  const webhookId = await ensureWebhook(listed, webhookUrl, tell);
  if (webhookId === undefined) return;
  const kinds = eventKinds.filter(
    ({ type, need }) => need !== 'optional' || optional.includes(type),
  );
  try {
    const subscriptions = await listSubscriptions(listed.app);
    const { app, others } = listed;
    const users = userClients(context);
    const userId = account.address;
    await subscribeAll(kinds, subscriptions, {
      ...{ app, users, userId, webhookId, others, prices, tell },
    });
  } catch (fault) {
    tell(refused('subscriptions', fault));
  }
}
