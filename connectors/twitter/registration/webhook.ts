import type { TwitterApi } from 'twitter-api-v2';
import { type ApiContext, appClient } from '#connectors/twitter/api/client';
import { refusalOf } from '#connectors/twitter/api/refusals';
import type { RegistrationStep } from '#shared/connector/registration';
import { createWebhook, listWebhooks, validateWebhook, type Webhook } from './calls.ts';

export type Tell = (step: RegistrationStep) => void;

/** Everything X lists for the app, and the client that may ask for it. */
export interface Listed {
  readonly app: TwitterApi;
  readonly own: Webhook | undefined;
  readonly others: readonly Webhook[];
}

/** Looks the app's webhooks up. Undefined where X refused, which was told. */
export async function lookUp(
  context: ApiContext & { readonly webhookUrl: string; readonly tell: Tell },
): Promise<Listed | undefined> {
  try {
    const app = await appClient(context);
    const all = await listWebhooks(app);
    const own = all.find(({ url }) => url === context.webhookUrl);
    return { app, own, others: all.filter((each) => each !== own) };
  } catch (fault) {
    context.tell(refused('app', fault));
    return undefined;
  }
}

/** Tells of the other webhooks of the app, which are left alone. */
export function tellOthers({ others }: Listed, tell: Tell): void {
  for (const { id, url, valid } of others) {
    const state = valid === false ? 'disabled' : 'valid';
    tell({
      subject: 'webhook',
      state: 'note',
      id,
      says: `the app has another webhook, ${state}: ${url}`,
    });
  }
}

/** Makes the webhook, or has X validate the one of this URL again. Undefined where it does not work, which was told. */
export async function ensureWebhook(
  { app, own }: Listed,
  webhookUrl: string,
  tell: Tell,
): Promise<string | undefined> {
  try {
    if (own) {
      const valid = await validateWebhook(app, own.id);
      const was =
        own.valid === false
          ? 'was disabled and is valid again'
          : 'is there, and X has validated it again';
      if (valid) tell({ ...webhookStep('done', own), says: `the webhook ${was}: ${webhookUrl}` });
      else tell(notValid(own));
      return valid ? own.id : undefined;
    }
    const made = await createWebhook(app, webhookUrl);
    if (made.valid === false) {
      tell(notValid(made));
      return undefined;
    }
    tell({
      ...webhookStep('done', made),
      says: `X has the webhook, and it is valid: ${webhookUrl}`,
    });
    return made.id;
  } catch (fault) {
    tell(refused('webhook', fault));
    return undefined;
  }
}

export function webhookStep(state: RegistrationStep['state'], { id }: Webhook) {
  return { subject: 'webhook', state, id } as const;
}

/** A disabled webhook gets no event, and X repeats none. */
export function notValid(webhook: Webhook): RegistrationStep {
  return {
    ...webhookStep('wrong', webhook),
    reason: 'webhook_invalid',
    says: `the webhook is disabled: it gave a wrong answer to X's challenge, or none for 28 hours`,
    next: './switchboard webhooks register asks X to validate it again; if that does not help, the line “challenge” of ./switchboard webhooks show says why',
  };
}

export function refused(subject: string, fault: unknown): RegistrationStep {
  const { reason, says, next } = refusalOf(fault);
  return { subject, state: 'wrong', reason, says, next };
}
