import {
  conversation,
  metaPlaces,
  metaStatuses,
  metaText,
  refusalByMeta,
} from '#test/connectors/whatsapp/meta-provider';
import { recorded } from '#test/support/connectors/fixtures';
import type { Harness } from '#test/support/connectors/harness';
import { jsonRequest, published } from '#test/support/connectors/provider-requests';
import { account, itemsOf } from './notification.ts';

export const harness: Harness = {
  account,
  fixture: (name, { notification }) => ({ name, receive: () => itemsOf(notification) }),
  corpus: () =>
    recorded('whatsapp')
      .filter(({ body }) => typeof body === 'object' && body !== null)
      .filter(({ body }) => 'whatsAppWebhookEntry' in (body as object))
      .map(({ name, body }) => ({ name, receive: () => itemsOf(body) })),
  provider: {
    ...conversation,
    settings: {
      originationPhoneNumberId: 'phone-number-id-1',
      topicArn: 'arn:aws:sns:eu-central-1:000000000000:told',
    },
    fileFields: (bytes) => ({
      media: {
        ...{ kind: 'document', contentType: 'application/pdf', fileName: 'bill.pdf' },
        base64: bytes.toString('base64'),
      },
    }),
    credentials: {},
    sending: (url, text) =>
      jsonRequest(
        `${url}/v1/whatsapp/send`,
        {
          ...{ originationPhoneNumberId: 'phone-number-id-1', metaApiVersion: 'v23.0' },
          message: Buffer.from(JSON.stringify(metaText(text))).toString('base64'),
        },
        'AWS4-HMAC-SHA256 Credential=local',
      ),
    toldIn: (body) => metaStatuses(JSON.parse(published(body).whatsAppWebhookEntry).changes),
    fault: ['ThrottledRequestException', 429],
    refusals: [],
  },
  customerOf: (number) => `1650557${String(number).padStart(4, '0')}`,
  replyPlaces: metaPlaces,
  refusal: refusalByMeta,
  dictionary: { characters: 150, order: 4 },
  page: 'docs/channels/whatsapp.md',
  lacks: {},
};
