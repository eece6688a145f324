import { alertSince } from '#shared/aws/store/publishing/alert';
import { pauseAccount, type SendingAccount } from '#shared/aws/store/sending/pause';
import type { AccountTrouble } from '#shared/connector/channel-event';
import type { Channel } from '#shared/model/channel';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { PublishTarget } from './publish.ts';
import { tellAlert } from './tell-alert.ts';

/**
 * Handles account problems reported by a status as the sender handles those in an answer: pauses the account if an
 * error asks for it, for the longest time that any of them asks for, and raises an alert for each. Repeating it changes
 * nothing.
 */
export async function actOnTroubles(
  target: PublishTarget,
  { connector, account }: SendingAccount,
  troubles: readonly AccountTrouble[],
  receivedAt: string,
): Promise<void> {
  const sending = { connector, account };
  const pausing = troubles.filter(({ pause }) => pause);
  if (pausing.length > 0) {
    const waits = pausing.flatMap(({ retryAfterSeconds }) => retryAfterSeconds ?? []);
    const longest = waits.length > 0 ? Math.max(...waits) : undefined;
    await pauseAccount(target.table, sending, longest, target.now(), receivedAt);
  }
  for (const { channel, error } of troubles) {
    await raiseAlert(target, { ...sending, channel }, error, receivedAt);
  }
}

/** Alerts the people who run the account: once for each reason, and again after an hour while it lasts. */
export async function raiseAlert(
  target: PublishTarget,
  { connector, account, channel }: SendingAccount & { readonly channel: Channel },
  { code, title, providerCode }: DeliveryError,
  at: string,
): Promise<void> {
  const reason = providerCode === undefined ? code : `${code}:${providerCode}`;
  const since = await alertSince(target.table, { connector, account }, reason, at);
  await tellAlert(
    target,
    { connector, account, receivedAt: since },
    {
      ...{ kind: 'alert', id: `${reason}:${since}`, channel, code, title },
      ...(providerCode === undefined ? {} : { details: { providerCode } }),
    },
  );
}
