import type { Account } from '#connectors/twitter/account';
import type { Credentials } from '#connectors/twitter/credentials';
import type { RegistrationContext, RegistrationStep } from '#shared/connector/registration';
import { listSubscriptions, type Webhook } from './calls.ts';
import { checkChallenge } from './challenge.ts';
import { costOf, type EventKind, eventKinds } from './events.ts';
import { subscriptionTo } from './subscriptions.ts';
import { lookUp, notValid, refused, tellOthers, webhookStep } from './webhook.ts';

const registerNext = './switchboard webhooks register makes what is missing';

type Context = RegistrationContext<Account, Credentials>;

/** Tells what X has of the webhook and its subscriptions, and if the URL answers the challenge now. */
export async function show(context: Context): Promise<void> {
  const { tell, webhookUrl } = context;
  tell(await checkChallenge(context));
  const listed = await lookUp(context);
  if (!listed) return;
  tellOthers(listed, tell);
  const { own, app } = listed;
  if (!own) {
    const says = `X has no webhook of ${webhookUrl}`;
    tell({ subject: 'webhook', state: 'missing', says, next: registerNext });
    return;
  }
  tell(webhookState(own));
  try {
    const subscriptions = await listSubscriptions(app);
    for (const kind of eventKinds) {
      const found = subscriptionTo(kind, subscriptions, context.account.address, own.id);
      tell(
        subscriptionState(kind, found?.webhook_id === own.id ? found.subscription_id : '', context),
      );
    }
  } catch (fault) {
    tell(refused('subscriptions', fault));
  }
}

function webhookState(own: Webhook): RegistrationStep {
  if (own.valid === false) return notValid(own);
  const since = own.created_at === undefined ? '' : `, made ${own.created_at}`;
  return { ...webhookStep('ok', own), says: `valid${since}: ${own.url}` };
}

function subscriptionState(kind: EventKind, id: string, { prices }: Context): RegistrationStep {
  const { type, need } = kind;
  const about = `${kind.brings}${costOf(kind, prices)}`;
  if (id !== '') return { subject: type, state: 'ok', id, says: `subscribed: ${about}` };
  if (need === 'needed') {
    return {
      subject: type,
      state: 'missing',
      says: `not subscribed: ${about}`,
      next: registerNext,
    };
  }
  const how = need === 'optional' ? ` (register --with ${type})` : '';
  return { subject: type, state: 'note', says: `not subscribed, not needed${how}: ${about}` };
}
