import { defineSender } from '#shared/connector/define-sender';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { reconcile } from './outbound/reconcile.ts';
import { filesOf, render } from './outbound/render.ts';
import { send } from './outbound/send.ts';
import { upload } from './outbound/upload.ts';
import { usesOf } from './outbound/uses.ts';

/** The outbound half for X. */
export const sender = defineSender({
  account: Account,
  credentials: Credentials,
  render,
  send,
  usesOf,
  reconcile,
  filesOf,
  upload,
});
