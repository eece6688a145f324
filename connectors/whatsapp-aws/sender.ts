import * as z from 'zod/mini';
import { filesOf, render } from '#connectors/whatsapp/outbound/render';
import { defineSender } from '#shared/connector/define-sender';
import { AwsAccount } from './account.ts';
import { send } from './outbound/send.ts';
import { signal } from './outbound/signal.ts';
import { upload } from './outbound/upload.ts';

/**
 * The outbound half for WhatsApp through AWS: rendered for Meta, and sent by AWS. No credentials of its own: the
 * function's role may send from the configured numbers. Without `reconcile`, as Meta's: neither lists what was sent.
 */
export const sender = defineSender({
  account: AwsAccount,
  credentials: z.object({}),
  render,
  send,
  filesOf,
  upload,
  signal,
});
