import { createHmac } from 'node:crypto';
import type { SendRequest } from '#connectors/whatsapp/outbound/send-request';
import { withMediaId } from '#connectors/whatsapp/outbound/uploaded';
import { Send } from '#infra/local/simulators/whatsapp/send';
import type { Told } from '#test/support/connectors/harness';
import type { ReplyPlace } from '#test/support/replies/places';

/** What both ways to WhatsApp have in common, because Meta stands behind both. */
export const conversation = {
  ...{ address: '106540352242922', customer: '491701234567', wrongCustomer: 'Nora' },
  usual: ['sent', 'delivered'],
  failure: { status: 'failed', code: 131049 },
  ...{ joins: true, writesToWebhook: true },
} as const;

export const metaText = (body: string) => ({
  ...{ messaging_product: 'whatsapp', to: '+491701234567', type: 'text' },
  text: { body },
});

type Changes = readonly {
  readonly value: { readonly statuses?: readonly { id: string; status: string }[] };
}[];

export const metaStatuses = (changes: Changes): readonly Told[] =>
  changes.flatMap(({ value }) =>
    (value.statuses ?? []).map(({ id, status }) => ({ messageId: id, status })),
  );

export const metaPlaces: readonly Omit<ReplyPlace, 'connector'>[] = [
  {
    ...{ channel: 'whatsapp', visibility: 'private', business: '106540352242922' },
    customers: [
      ['phone', '16505551234'],
      ['bsuid', 'US.13491208655302741918'],
      ['parent_bsuid', 'US.ENT.506847293015824'],
      ['user_id', '17'],
    ],
  },
];

export function refusalByMeta(request: SendRequest): unknown {
  const { body } = request.file ? withMediaId(request, '4490709327384033') : request;
  return Send.safeParse(body).error?.message;
}

/** Meta's signature by node's own HMAC. */
export function metaSignature(body: Buffer, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
