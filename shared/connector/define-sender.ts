import * as core from 'zod/v4/core';
import type { PricedUse } from '#shared/model/price';
import type { OutboundReply, ReplyTarget } from './outbound-reply.ts';
import type {
  Attempted,
  FileToUpload,
  FoundStatus,
  LookUpContext,
  Reconciliation,
  SendContext,
  SenderDefinition,
  SendOutcome,
  SignalRequest,
  UploadOutcome,
} from './sender.ts';

/** The sender as the send function sees it. */
export interface Sender {
  readonly readAccount: (value: unknown) => unknown;
  readonly readCredentials: (value: unknown) => unknown;
  readonly render: (
    reply: OutboundReply,
    target: ReplyTarget,
    account: unknown,
  ) => readonly unknown[];
  readonly usesOf: (request: unknown) => readonly PricedUse[];
  readonly partPauseSeconds: (account: unknown) => number;
  readonly send: (request: unknown, context: SendContext<unknown, unknown>) => Promise<SendOutcome>;
  readonly reconcile:
    | ((request: unknown, attempted: Attempted<unknown, unknown>) => Promise<Reconciliation>)
    | undefined;
  readonly lookUpStatus:
    | ((
        providerMessageId: string,
        context: LookUpContext<unknown, unknown>,
      ) => Promise<FoundStatus | 'unknown' | undefined>)
    | undefined;
  readonly filesOf: (request: unknown) => readonly FileToUpload[];
  readonly upload:
    | ((
        request: unknown,
        files: readonly Uint8Array[],
        context: SendContext<unknown, unknown>,
      ) => Promise<UploadOutcome<unknown>>)
    | undefined;
  readonly sendsFiles: boolean;
  readonly showAt: ((request: unknown, addresses: readonly string[]) => unknown) | undefined;
  readonly prepare:
    | ((
        request: unknown,
        context: SendContext<unknown, unknown>,
      ) => Promise<UploadOutcome<unknown>>)
    | undefined;
  readonly signal:
    | ((signal: SignalRequest, context: SendContext<unknown, unknown>) => Promise<boolean>)
    | undefined;
}

/** Closes a connector's types, as `defineWebhook` does: a `render` that does not fit its `send` does not compile. */
export function defineSender<Account, Credentials, Request>(
  definition: SenderDefinition<Account, Credentials, Request>,
): Sender {
  const { reconcile, lookUpStatus, filesOf, upload, showAt, prepare, signal } = definition;
  return {
    reconcile:
      reconcile &&
      ((request, attempted) =>
        reconcile(request as Request, attempted as Attempted<Account, Credentials>)),
    lookUpStatus:
      lookUpStatus &&
      ((id, context) => lookUpStatus(id, context as LookUpContext<Account, Credentials>)),
    filesOf: (request) => filesOf?.(request as Request) ?? [],
    sendsFiles: definition.sendsFiles === true,
    upload:
      upload &&
      ((request, files, context) =>
        upload(request as Request, files, context as SendContext<Account, Credentials>)),
    showAt: showAt && ((request, addresses) => showAt(request as Request, addresses)),
    prepare:
      prepare &&
      ((request, context) =>
        prepare(request as Request, context as SendContext<Account, Credentials>)),
    signal:
      signal && ((sign, context) => signal(sign, context as SendContext<Account, Credentials>)),
    usesOf: (request) => definition.usesOf?.(request as Request) ?? [],
    partPauseSeconds: (account) => definition.partPauseSeconds?.(account as Account) ?? 0,
    readAccount: (value) => core.parse(definition.account, value),
    readCredentials: (value) => core.parse(definition.credentials, value),
    render: (reply, target, account) => definition.render(reply, target, account as Account),
    send: (request, context) =>
      definition.send(request as Request, context as SendContext<Account, Credentials>),
  };
}
