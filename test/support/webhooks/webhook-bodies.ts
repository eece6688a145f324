import type { StackDescription } from '#infra/local/description';
import { accountOf } from './signed-webhooks.ts';

/** One change of a WhatsApp webhook: messages, statuses, whatever the test puts in. */
export function whatsappChange(
  stack: StackDescription,
  lists: Readonly<Record<string, unknown>>,
  phoneNumberId = accountOf(stack, 'whatsapp').address,
) {
  const metadata = { display_phone_number: '15550783881', phone_number_id: phoneNumberId };
  return { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...lists } };
}

/** A whole WhatsApp webhook: a list of entries, each a list of changes. */
export function whatsappBody(...entries: readonly (readonly unknown[])[]) {
  return {
    object: 'whatsapp_business_account',
    entry: entries.map((changes, index) => ({ id: String(215589313241560 + index), changes })),
  };
}

export function whatsappText(from: string, id: string, text: string) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return { from, id, timestamp, type: 'text', text: { body: text } };
}

/** What Twilio posts for an SMS. */
export function twilioText(stack: StackDescription, from: string, sid: string, text: string) {
  const { address, secrets } = accountOf(stack, 'twilio');
  return {
    AccountSid: secrets?.['accountSid'] ?? '',
    ApiVersion: '2010-04-01',
    MessageSid: sid,
    SmsSid: sid,
    SmsMessageSid: sid,
    SmsStatus: 'received',
    NumMedia: '0',
    NumSegments: '1',
    From: from,
    To: address,
    Body: text,
  };
}

/** What X's Account Activity API posts for a direct message; the simulator speaks the newer dialect. */
export function twitterDirectMessage(
  stack: StackDescription,
  from: string,
  id: string,
  text: string,
) {
  const { address } = accountOf(stack, 'twitter');
  return {
    for_user_id: address,
    direct_message_events: [
      {
        type: 'message_create',
        id,
        created_timestamp: String(Date.now()),
        message_create: {
          target: { recipient_id: address },
          sender_id: from,
          message_data: {
            text,
            entities: { hashtags: [], symbols: [], user_mentions: [], urls: [] },
          },
        },
      },
    ],
    users: { [from]: { id: from, name: 'Ada', screen_name: 'ada' } },
  };
}
