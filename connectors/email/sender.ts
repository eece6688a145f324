import { defineSender } from '#shared/connector/define-sender';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { filesOf } from './outbound/mail-files.ts';
import { render } from './outbound/render.ts';
import { send, withBytes } from './outbound/send.ts';

/**
 * The outbound half for email. Without `reconcile`: SES keeps no list of what it sent. Its events carry our tags
 * (configuration set, event publishing) and record the outcome of an uncertain attempt.
 */
export const sender = defineSender({
  account: Account,
  credentials: Credentials,
  render,
  send,
  filesOf,
  upload: withBytes,
  sendsFiles: true,
});
