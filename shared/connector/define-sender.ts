import * as core from 'zod/v4/core';
import type { Attempted, LookUpContext, SendContext, Sender, SenderDefinition } from './sender.ts';

/** Closes a connector's types, as `defineWebhook` does: a `render` that does not fit its `send` does not compile. */
export function defineSender<Account, Credentials, Request>(
  definition: SenderDefinition<Account, Credentials, Request>,
): Sender {
  const { reconcile, lookUpStatus, fileOf, upload, showAt, prepare, signal } = definition;
  return {
    reconcile:
      reconcile &&
      ((request, attempted) =>
        reconcile(request as Request, attempted as Attempted<Account, Credentials>)),
    lookUpStatus:
      lookUpStatus &&
      ((id, context) => lookUpStatus(id, context as LookUpContext<Account, Credentials>)),
    fileOf: fileOf && ((request) => fileOf(request as Request)),
    upload:
      upload &&
      ((request, bytes, context) =>
        upload(request as Request, bytes, context as SendContext<Account, Credentials>)),
    showAt: showAt && ((request, address) => showAt(request as Request, address)),
    prepare:
      prepare &&
      ((request, context) =>
        prepare(request as Request, context as SendContext<Account, Credentials>)),
    signal:
      signal && ((sign, context) => signal(sign, context as SendContext<Account, Credentials>)),
    partPauseSeconds: (account) => definition.partPauseSeconds?.(account as Account) ?? 0,
    readAccount: (value) => core.parse(definition.account, value),
    readCredentials: (value) => core.parse(definition.credentials, value),
    render: (reply, target, account) => definition.render(reply, target, account as Account),
    send: (request, context) =>
      definition.send(request as Request, context as SendContext<Account, Credentials>),
  };
}
