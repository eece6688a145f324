import type { Account } from '#connectors/twitter/account';
import type { Credentials } from '#connectors/twitter/credentials';
import type { RegistrationContext } from '#shared/connector/registration';
import { deleteSubscription, deleteWebhook, listSubscriptions } from './calls.ts';
import { lookUp, refused, tellOthers, webhookStep } from './webhook.ts';

/**
 * Removes the webhook of this URL and the subscriptions that deliver to it, and nothing else of the app. The webhook
 * goes last, so that a call that was interrupted can be repeated.
 */
export async function remove(
  context: RegistrationContext<Account, Credentials>,
  confirm: (question: string) => Promise<boolean>,
): Promise<void> {
  const { tell, webhookUrl } = context;
  const listed = await lookUp(context);
  if (!listed) return;
  tellOthers(listed, tell);
  const { own, app } = listed;
  if (!own) {
    tell({
      subject: 'webhook',
      state: 'ok',
      says: `X has no webhook of ${webhookUrl}: nothing to remove`,
    });
    return;
  }
  try {
    const all = await listSubscriptions(app);
    const subscriptions = all.filter(({ webhook_id }) => webhook_id === own.id);
    const question = `remove the webhook ${own.id} of ${webhookUrl} and its ${subscriptions.length} subscriptions?`;
    if (!(await confirm(question))) return;
    for (const { subscription_id: id, event_type: subject } of subscriptions) {
      await deleteSubscription(app, id);
      tell({ subject, state: 'done', id, says: 'removed' });
    }
    await deleteWebhook(app, own.id);
    tell({ ...webhookStep('done', own), says: `removed: ${webhookUrl}` });
  } catch (fault) {
    tell(refused('webhook', fault));
  }
}
