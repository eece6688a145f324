import { defineSender } from '#shared/connector/define-sender';
import { TelegramAccount } from './account.ts';
import { TelegramCredentials } from './credentials.ts';
import { fileOf, render } from './outbound/render.ts';
import { send, showTyping, withBytes } from './outbound/send.ts';

/** Without `reconcile`: Telegram has neither an idempotency key nor a list of what was sent. */
export const sender = defineSender({
  account: TelegramAccount,
  credentials: TelegramCredentials,
  render,
  send,
  fileOf,
  upload: withBytes,
  signal: showTyping,
});
