import fc from 'fast-check';
import type { ConnectorId } from '#connectors/declarations';
import type { AccountSetting } from '#shared/accounts';
import type { Channel } from '#shared/model/channel';
import type { Identity } from '#shared/model/identity';
import { harnesses } from '#test/connectors/harnesses';

/** A kind of conversation: whose account, which channel, who sees it, and how its customers may be addressed. */
export interface ReplyPlace {
  readonly connector: ConnectorId;
  readonly channel: Channel;
  readonly visibility: 'private' | 'public';
  readonly business: string;
  readonly customers: readonly (readonly [Identity['kind'], string])[];
}

/** Every kind of conversation that a reply can be for. */
export const replyPlaces: readonly ReplyPlace[] = (Object.keys(harnesses) as ConnectorId[]).flatMap(
  (connector) => harnesses[connector].replyPlaces.map((place) => ({ connector, ...place })),
);

/** The settings that each connector's own tests use. */
export function settingOf({ connector }: Pick<ReplyPlace, 'connector'>): AccountSetting {
  return {
    ...{ connector, account: 'main', secretId: connector },
    ...{ apiUrl: 'https://api.example', publicUrl: `https://example.test/webhooks/${connector}` },
    settings: harnesses[connector].account,
  };
}

const header = fc.oneof(
  fc.constantFrom('Re: Order 7', 'Grüße', '回复：你好', '', ' \r\nBcc: eve@evil.example'),
  fc.constantFrom('x'.repeat(998), 'ü'.repeat(998), 'word '.repeat(250), 'Re: '.repeat(300)),
  fc.string(),
);

/** A conversation of this kind, as the table holds it. */
export function conversationAt(place: ReplyPlace) {
  const identity = (kind: Identity['kind'], address: string): Identity => ({
    ...{ channel: place.channel, kind, scope: '', address },
  });
  return fc
    .record({
      customers: fc.shuffledSubarray([...place.customers], { minLength: 1 }),
      subject: fc.option(header, { nil: undefined }),
      customerName: fc.option(header, { nil: undefined }),
    })
    .map(({ customers, subject, customerName }) => ({
      id: 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa',
      ...{ connector: place.connector, account: 'main' },
      ...{ channel: place.channel, visibility: place.visibility },
      businessIdentity: identity(place.channel === 'email' ? 'mailbox' : 'phone', place.business),
      customerIdentities: customers.map(([kind, address]) => identity(kind, address)),
      replyWindow: { closesAt: '2026-11-22T10:00:00.000Z', freeForm: true },
      ...(place.visibility === 'public' ? { threadKey: '1750000000000000001' } : {}),
      ...(subject === undefined ? {} : { subject }),
      ...(customerName === undefined ? {} : { customerName }),
    }));
}
