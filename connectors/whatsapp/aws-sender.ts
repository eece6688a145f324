import * as z from 'zod/mini';
import { defineSender } from '#shared/connector/define-sender';
import { AwsAccount } from './aws-account.ts';
import { send } from './aws-send.ts';
import { signal } from './aws-signal.ts';
import { upload } from './aws-upload.ts';
import { render } from './render.ts';
import type { SendRequest } from './send-request.ts';

/**
 * The outbound half for WhatsApp through AWS: rendered for Meta, and sent by AWS. No credentials of its own: the
 * function's role may send from the configured numbers. Without `reconcile`, as Meta's: neither lists what was sent.
 */
export const sender = defineSender({
  account: AwsAccount,
  credentials: z.object({}),
  render,
  send,
  fileOf: ({ file }: SendRequest) => file,
  upload,
  signal,
});
