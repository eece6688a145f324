import * as core from 'zod/v4/core';
import type { VerifyContext, Webhook, WebhookDefinition } from './webhook.ts';

/**
 * Closes a connector's types: a user of the result needs to know neither its account nor its credentials. `readAccount`
 * and `readCredentials` throw `$ZodError`; what they return is the only thing `verify` accepts.
 */
export function defineWebhook<Account, Credentials>(
  definition: WebhookDefinition<Account, Credentials>,
): Webhook {
  return {
    maxBodyBytes: definition.maxBodyBytes,
    contentTypes: definition.contentTypes,
    readAccount: (value) => core.parse(definition.account, value),
    readCredentials: (value) => core.parse(definition.credentials, value),
    verify: (request, context) =>
      definition.verify(request, context as VerifyContext<Account, Credentials>),
  };
}
