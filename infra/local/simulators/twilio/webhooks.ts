import { randomUUID } from 'node:crypto';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { SimulatedAccount, Webhook } from '#infra/local/simulators/simulator';

/** A form posted as Twilio posts it, signed with Twilio's own code, so that our check is not tested against itself. */
export function signedWebhook(
  url: string,
  account: SimulatedAccount,
  parameters: Readonly<Record<string, string>>,
): Webhook {
  // The fragment holds connection overrides (#rc=3) and is neither requested nor signed.
  const requested = url.replace(/#.*$/s, '');
  const authToken = account.credentials['authToken'] ?? '';
  return {
    url: requested,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': getExpectedTwilioSignature(authToken, requested, { ...parameters }),
      // The same over all repeats of one callback (connection overrides, "Idempotency").
      'i-twilio-idempotency-token': randomUUID(),
      'x-home-region': 'us1',
    },
    body: new URLSearchParams(parameters).toString(),
  };
}

/** The parameters of every incoming message ("Twilio's request to your incoming message webhook"). */
export function inboundParameters(
  accountSid: string,
  sid: string,
  { from, to, text, name }: { from: string; to: string; text: string; name: string | undefined },
): Record<string, string> {
  const whatsapp = from.startsWith('whatsapp:');
  return {
    ...(whatsapp || from.startsWith('rcs:') ? {} : places),
    SmsMessageSid: sid,
    NumMedia: '0',
    SmsSid: sid,
    SmsStatus: 'received',
    Body: text,
    To: to,
    NumSegments: '1',
    MessageSid: sid,
    AccountSid: accountSid,
    From: from,
    ApiVersion: '2010-04-01',
    ...(whatsapp ? { WaId: from.replace(/\D/g, ''), MessageType: 'text' } : {}),
    ...(whatsapp && name ? { ProfileName: name } : {}),
  };
}

/** Empty values are sent, and signed. */
const places = {
  ToCountry: 'US',
  ToState: '',
  ToCity: '',
  ToZip: '',
  FromCountry: 'US',
  FromState: '',
  FromCity: '',
  FromZip: '',
};

/** The parameters of every status callback ("Outbound message status in status callbacks"). */
export function statusParameters(
  accountSid: string,
  message: { sid: string; from: string; to: string; messagingServiceSid: string | undefined },
  status: string,
): Record<string, string> {
  return {
    SmsSid: message.sid,
    SmsStatus: status,
    MessageStatus: status,
    To: message.to,
    ...(message.messagingServiceSid ? { MessagingServiceSid: message.messagingServiceSid } : {}),
    MessageSid: message.sid,
    AccountSid: accountSid,
    From: message.from,
    ApiVersion: '2010-04-01',
    ...(status === 'delivered' ? { RawDlrDoneDate: '2601011200' } : {}),
  };
}

/** A new SID; that of a message with files begins with MM. */
export function messageSid(kind: 'SM' | 'MM' = 'SM'): string {
  return `${kind}${randomUUID().replaceAll('-', '')}`;
}

/** Our address on the customer's channel: `whatsapp:` and `rcs:` customers write to the same kind of address. */
export function sameChannel(address: string, other: string): string {
  const prefix = /^(?:whatsapp|rcs):/.exec(other)?.[0] ?? '';
  return prefix + address.replace(/^(?:whatsapp|rcs):/, '');
}
