import { defineSender } from '#shared/connector/define-sender';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { lookUpStatus } from './outbound/look-up-status.ts';
import { filesOf, showAt } from './outbound/message-request.ts';
import { reconcile } from './outbound/reconcile.ts';
import { render } from './outbound/render.ts';
import { send } from './outbound/send.ts';
import { prepare } from './outbound/upload.ts';

/** The outbound half for Twilio. */
export const sender = defineSender({
  account: Account,
  credentials: Credentials,
  render,
  partPauseSeconds: (account) => account.partPauseSeconds ?? 0,
  send,
  reconcile,
  lookUpStatus,
  filesOf,
  showAt,
  prepare,
});
