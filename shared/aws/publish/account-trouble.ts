import { appendAlert } from '#shared/aws/store/alert';
import { alertSince } from '#shared/aws/store/alert-since';
import { pauseAccount, type SendingAccount } from '#shared/aws/store/turn';
import type { AccountTrouble } from '#shared/connector/channel-event';
import type { Channel } from '#shared/model/channel';
import type { DeliveryError } from '#shared/model/delivery-status';
import { type PublishTarget, publish } from './publish.ts';

/**
 * Does about trouble of an account that a status has told of what the sender does when an answer tells of it: pauses
 * the account where that error pauses it, and tells the people who run it. Repeating it changes nothing.
 */
export async function actOnTrouble(
  target: PublishTarget,
  { connector, account }: SendingAccount,
  { channel, error, pause, retryAfterSeconds }: AccountTrouble,
  receivedAt: string,
): Promise<void> {
  const sending = { connector, account };
  if (pause) {
    await pauseAccount(target.table, sending, retryAfterSeconds, target.now(), receivedAt);
  }
  await raiseAlert(target, { ...sending, channel }, error, receivedAt);
}

/** Tells the people who run the account: each reason once, and again after an hour while it lasts. */
export async function raiseAlert(
  target: PublishTarget,
  { connector, account, channel }: SendingAccount & { readonly channel: Channel },
  { code, title, providerCode }: DeliveryError,
  at: string,
): Promise<void> {
  const reason = providerCode === undefined ? code : `${code}:${providerCode}`;
  const since = await alertSince(target.table, { connector, account }, reason, at);
  const { meta, entry } = await appendAlert(
    target.table,
    { connector, account, receivedAt: since },
    {
      ...{ kind: 'alert', id: `${reason}:${since}`, channel, code, title },
      ...(providerCode === undefined ? {} : { details: { providerCode } }),
    },
  );
  await publish(target, meta, entry);
}
