import { recorded } from '#test/support/connectors/fixtures';
import type { Harness } from '#test/support/connectors/harness';
import { jsonRequest } from '#test/support/connectors/provider-requests';
import { whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';
import {
  conversation,
  metaPlaces,
  metaSignature,
  metaStatuses,
  metaText,
  refusalByMeta,
} from './meta-provider.ts';
import { account, context, credentials, itemsOf, post, signatureOf } from './signed-webhook.ts';

export const harness: Harness = {
  account,
  fixture: (name, { webhook }) => ({ name, receive: () => itemsOf(webhook) }),
  corpus: () =>
    recorded('whatsapp')
      .filter(({ body }) => (body as { object?: unknown }).object === 'whatsapp_business_account')
      .map(({ name, body }) => ({ name, receive: () => itemsOf(body) })),
  calls: {
    signed: (secret) => {
      const body = Buffer.from('{"object":"whatsapp_business_account","entry":[]}');
      const request = post(body, signatureOf(body, secret));
      return {
        request,
        context: { ...context, credentials: [{ ...credentials, appSecret: secret }] },
        ...{ header: 'x-hub-signature-256', contentType: 'application/json', body, secret },
        sign: signatureOf,
      };
    },
    signer: { field: 'appSecret', header: 'x-hub-signature-256', sign: metaSignature },
    text: (stack, key, text) => {
      const messages = [whatsappText(`1650555000${key}`, `wamid.text${key}`, text)];
      return whatsappWebhook(stack, whatsappBody([whatsappChange(stack, { messages })]));
    },
  },
  provider: {
    ...conversation,
    settings: {},
    fileFields: (bytes) => ({
      media: {
        ...{ kind: 'document', contentType: 'application/pdf', fileName: 'bill.pdf' },
        base64: bytes.toString('base64'),
      },
    }),
    credentials: { appSecret: 'secret', verifyToken: 'verify', accessToken: 'EAA' },
    sending: (url, text, { address }) =>
      jsonRequest(`${url}/v25.0/${address}/messages`, metaText(text), 'Bearer EAA'),
    toldIn: (body) =>
      JSON.parse(body).entry.flatMap(({ changes }: { changes: [] }) => metaStatuses(changes)),
    fault: ['131047', 400],
    refusals: [
      ['131047', 'reply_window_closed'],
      ['131026', 'recipient_unreachable'],
    ],
  },
  customerOf: (number) => `1650555${String(number).padStart(4, '0')}`,
  replyPlaces: metaPlaces,
  refusal: refusalByMeta,
  dictionary: { characters: 700, order: 5 },
  page: 'docs/channels/whatsapp.md',
  lacks: {},
};
