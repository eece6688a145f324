import { AwsAccount } from '#connectors/whatsapp-aws/account';
import { readNotification } from '#connectors/whatsapp-aws/sns';
import type { TopicItem } from '#shared/connector/topic';
import type { WebhookItem } from '#shared/connector/webhook';
import { jsonText } from '#shared/json';

export const settings = {
  address: '200100300400500',
  originationPhoneNumberId: 'phone-number-id-0123456789abcdef0123456789abcdef',
};
export const account = AwsAccount.parse(settings);

/** What AWS publishes for one entry of a webhook of Meta's; `given` replaces parts of it. */
export function notificationOf(
  entry: unknown,
  given: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    context: {
      MetaWabaIds: [{ wabaId: '900800700600', arn: 'arn:aws:social-messaging:x:1:waba/0' }],
      MetaPhoneNumberIds: [
        { metaPhoneNumberId: settings.address, arn: 'arn:aws:social-messaging:x:1:number/0' },
      ],
    },
    whatsAppWebhookEntry: JSON.stringify(entry),
    aws_account_id: '111122223333',
    message_timestamp: '2026-11-21T00:00:00.123456789Z',
    ...given,
  };
}

/** What a notification becomes, for an account of every number it speaks of. */
export function itemsOf(notification: unknown): readonly WebhookItem[] {
  return routedOf(notification).map(({ item }) => item);
}

export function routedOf(notification: unknown): readonly TopicItem[] {
  const text = typeof notification === 'string' ? notification : jsonText(notification);
  const addresses = new Set([settings.address, ...numbersIn(text)]);
  const accounts = [...addresses].map((address) => ({
    account: address,
    settings: { ...settings, address },
  }));
  const told = readNotification(text, accounts);
  return 'items' in told ? told.items : [];
}

function numbersIn(text: string): readonly string[] {
  const found = text.matchAll(/phone_number_id[\\": ]+(\d{1,32})/g);
  return [...found].map(([, number = '']) => number);
}
