import { defineSender } from '#shared/connector/define-sender';
import { TelegramAccount } from './account.ts';
import { TelegramCredentials } from './credentials.ts';
import { filesOf, render } from './outbound/render.ts';
import { send, showTyping, withBytes } from './outbound/send.ts';

/** Without `reconcile`: Telegram has neither an idempotency key nor a list of what was sent. */
export const sender = defineSender({
  account: TelegramAccount,
  credentials: TelegramCredentials,
  render,
  send,
  filesOf,
  upload: withBytes,
  sendsFiles: true,
  signal: showTyping,
});
