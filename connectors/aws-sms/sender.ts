import * as z from 'zod/mini';
import { defineSender } from '#shared/connector/define-sender';
import { AwsSmsAccount } from './account.ts';
import { filesOf, render } from './outbound/render.ts';
import { send, shown } from './outbound/send.ts';

/**
 * The outbound half for SMS through AWS. No credentials of its own: the function's role may send from the configured
 * numbers. Without `reconcile`: AWS lists nothing of what was sent; the events of a message tell, by its context.
 */
export const sender = defineSender({
  account: AwsSmsAccount,
  credentials: z.object({}),
  render,
  send,
  filesOf,
  upload: shown,
});
