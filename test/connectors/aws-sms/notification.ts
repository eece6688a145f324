import { AwsSmsAccount } from '#connectors/aws-sms/account';
import { readNotification } from '#connectors/aws-sms/sns';
import type { WebhookItem } from '#shared/connector/webhook';
import { jsonText } from '#shared/json';

export const settings = {
  address: '+12065550100',
  originationIdentity: 'phone-0123456789abcdef0123456789abcdef',
  configurationSetName: 'switchboard',
};
export const account = AwsSmsAccount.parse(settings);
export const customer = '+14255550123';

/** A customer's message as AWS publishes it. */
export const message = {
  originationNumber: customer,
  destinationNumber: settings.address,
  messageKeyword: 'KEYWORD_12065550100',
  messageBody: 'Where is my order?',
  inboundMessageId: 'cae173d2-66b9-564c-8309-000000000001',
};

/** An event of a message that we sent. */
export const event = {
  eventType: 'TEXT_DELIVERED',
  eventVersion: '1.0',
  eventTimestamp: 1795305600500,
  isFinal: true,
  originationPhoneNumber: settings.address,
  destinationPhoneNumber: customer,
  messageId: '862a8790-60c0-4430-9b2b-000000000001',
  messageRequestTimestamp: 1795305600000,
  messageStatus: 'DELIVERED',
  messageStatusDescription: 'Message has been accepted by phone',
  context: { reply: 'msg_abcdefghijklmnopqrstuvwxyz_7.1.2', address: settings.address },
};

/** What a notification becomes, for an account of the number it speaks of. */
export function itemsOf(notification: unknown, address = settings.address): readonly WebhookItem[] {
  const text = typeof notification === 'string' ? notification : jsonText(notification);
  const told = readNotification(text, [{ account: 'shop', settings: { ...settings, address } }]);
  return 'items' in told ? told.items.map(({ item }) => item) : [];
}

/** The notification in the envelope of SNS, as it comes without raw delivery. */
export function enveloped(notification: object): object {
  return {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: 'arn:aws:sns:eu-central-1:111122223333:sms',
    Message: JSON.stringify(notification),
    Timestamp: '2026-11-22T00:00:00.456Z',
  };
}
