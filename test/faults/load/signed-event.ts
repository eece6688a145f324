import { credentialsOf } from '#test/faults/accounts';
import type { Webhook } from '#test/faults/channels/channel';
import { channels } from '#test/faults/channels/channels';
import { type HttpEvent, posted } from './http-event.ts';

/** Signs as the provider does with the credentials of that generation, in the provider's own words. */
export function signedEvent(webhook: Webhook, generation: number): HttpEvent {
  const { account, body, subpath } = webhook;
  const suffix = subpath === '' ? '' : `/${subpath}`;
  const path = `/webhooks/${account.connector}/${account.account}${suffix}`;
  const parameters = { account: account.account, ...(subpath === '' ? {} : { proxy: subpath }) };
  const { sign } = channels[account.connector];
  if (!sign) throw new Error(`nobody posts to ${account.connector}`);
  const url = `${account.publicUrl}${suffix}`;
  const headers = sign(webhook, url, credentialsOf(account, generation));
  return posted({ path, parameters, headers, body });
}
