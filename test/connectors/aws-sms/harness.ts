import type { SmsRequest } from '#connectors/aws-sms/outbound/render';
import { inputs } from '#infra/local/simulators/aws-sms/inputs';
import { recorded } from '#test/support/connectors/fixtures';
import type { Harness, SimulatedProvider } from '#test/support/connectors/harness';
import { published } from '#test/support/connectors/provider-requests';
import { account, customer, itemsOf, settings } from './notification.ts';

const { address, ...ownSettings } = settings;

const provider: SimulatedProvider = {
  address,
  settings: { ...ownSettings, topicArn: 'arn:aws:sns:eu-central-1:000000000000:told' },
  credentials: {},
  ...{ customer, wrongCustomer: 'Nora' },
  sending: (url, MessageBody) =>
    new Request(`${url}/`, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=a/20261121/eu-west-1/sms-voice/aws4_request',
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'PinpointSMSVoiceV2.SendTextMessage',
      },
      body: JSON.stringify({
        ...{ DestinationPhoneNumber: customer, MessageBody },
        OriginationIdentity: settings.originationIdentity,
        ConfigurationSetName: settings.configurationSetName,
      }),
    }),
  toldIn: (body) => {
    const { eventType, messageId } = published(body);
    const words: Readonly<Record<string, string>> = {
      ...{ TEXT_SUCCESSFUL: 'sent', TEXT_DELIVERED: 'delivered' },
    };
    return eventType ? [{ messageId, status: words[eventType] ?? 'failed' }] : [];
  },
  usual: ['sent', 'delivered'],
  failure: { status: 'failed', code: 'CARRIER_UNREACHABLE' },
  fault: ['DESTINATION_PHONE_NUMBER_OPTED_OUT', 400],
  refusals: [['DESTINATION_PHONE_NUMBER_OPTED_OUT', 'recipient_opted_out']],
  ...{ joins: false, writesToWebhook: true },
};

export const harness: Harness = {
  account,
  fixture: (name, { notification }) => ({ name, receive: () => itemsOf(notification) }),
  corpus: () =>
    recorded('sms/aws').map(({ name, body }) => ({
      name,
      receive: () => itemsOf(body, numberIn(body as Readonly<Record<string, string>>)),
    })),
  provider,
  customerOf: (number) => `+1425555${String(number).padStart(4, '0')}`,
  replyPlaces: [
    {
      ...{ channel: 'sms', visibility: 'private', business: address },
      customers: [
        ['phone', customer],
        ['phone', address],
        ['short_code', '24273'],
        ['sender_id', 'DHL'],
        ['sender_id', '+0123'],
      ],
    },
  ],
  refusal: ({ operation, input }: SmsRequest) =>
    inputs[operation].safeParse({
      ...input,
      OriginationIdentity: settings.originationIdentity,
    }).error?.message,
  page: 'docs/channels/aws-sms.md',
  takesStoredFiles: true,
  lacks: {},
};

function numberIn({ destinationNumber, originationPhoneNumber }: Readonly<Record<string, string>>) {
  return destinationNumber ?? originationPhoneNumber;
}
