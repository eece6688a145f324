import * as core from 'zod/v4/core';
import type { CatchUp, CatchUpContext, CatchUpDefinition } from './catch-up.ts';

interface Schemas<Account, Credentials> {
  readonly account: core.$ZodType<Account>;
  readonly credentials: core.$ZodType<Credentials>;
}

/** Closes a connector's types, as `defineWebhook` does: what its schemas have read is all that its functions accept. */
export function defineCatchUp<Account, Credentials>(
  definition: CatchUpDefinition<Account, Credentials> & Schemas<Account, Credentials>,
): CatchUp {
  const typed = (context: CatchUpContext<unknown, unknown>) =>
    context as CatchUpContext<Account, Credentials>;
  return {
    channel: definition.channel,
    lists: definition.lists,
    replayReach: definition.replayReach,
    readAccount: (value) => core.parse(definition.account, value),
    readCredentials: (value) => core.parse(definition.credentials, value),
    settings: (account) => definition.settings(account as Account),
    read: (request, context) => definition.read(request, typed(context)),
    lookUp: (list, ids, context) => definition.lookUp(list, ids, typed(context)),
    checkWebhook: (context) => definition.checkWebhook(typed(context)),
    validateWebhook: (id, context) => definition.validateWebhook(id, typed(context)),
    replay: (job, context) => definition.replay(job, typed(context)),
    alertItem: (alert, account) => definition.alertItem(alert, account as Account),
  };
}
