import { defineSender } from '#shared/connector/define-sender';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { filesOf, render } from './outbound/render.ts';
import { send, signal } from './outbound/send.ts';
import { upload } from './outbound/upload.ts';

/**
 * The outbound half for WhatsApp. Without `reconcile`: the Cloud API lists no messages and reads none by id, so only
 * the status webhook tells the outcome of an uncertain attempt: it echoes our reference (item.ts).
 */
export const sender = defineSender({
  account: Account,
  credentials: Credentials,
  render,
  send,
  filesOf,
  upload,
  signal,
});
