import { describe, expect, it } from 'vitest';
import { render } from '#connectors/whatsapp/outbound/render';
import { parse } from '#connectors/whatsapp/parser';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import { type Identity, identityKey } from '#shared/model/identity';
import { account, eventsOf, itemsOf } from './signed-webhook.ts';
import { reply, target } from './text-reply.ts';

const metadata = { display_phone_number: '4930901820', phone_number_id: '200100300400500' };
const webhook = (value: object, field = 'messages') => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '1', changes: [{ field, value: { metadata, ...value } }] }],
});
const said = (more: object) => ({
  id: 'wamid.1',
  timestamp: '1795305600',
  type: 'text',
  text: { body: 'hi' },
  ...more,
});
const read = async (body: unknown) => (await Promise.all(itemsOf(body).map(eventsOf))).flat();
const readMessage = async (more: object, contact?: object) => {
  const contacts = contact ? { contacts: [contact] } : {};
  const [event] = await read(webhook({ messages: [said(more)], ...contacts }));
  return event as ChannelMessage;
};
const group = (address: string): Identity => ({
  channel: 'whatsapp',
  kind: 'group',
  scope: '',
  address,
});

describe('a message in a group', () => {
  it('has the group alone as its customer, whichever member writes and whatever they are called', async () => {
    const members = [
      { from: '491701234567', from_user_id: 'DE.1' },
      { from_user_id: 'DE.2' },
      { from: '46702222' },
    ];
    for (const member of members) {
      const { customer } = await readMessage({ ...member, group_id: 'GRP1' });
      expect(customer).toEqual({ identities: [group('GRP1')] });
    }
  });

  it('tells nothing of the group by what it tells of its member', async () => {
    const contact = { wa_id: '491701234567', profile: { name: 'Ada', username: 'ada' } };
    const system = { type: 'user_changed_number', wa_id: '4915112345' };
    const card = { origin: 'contact_request', phones: [{ phone: '+49301234', wa_id: '49301234' }] };
    for (const more of [
      { type: 'system', system },
      { type: 'contacts', contacts: [card] },
    ]) {
      const from = more.type === 'system' ? { from: '491701234567' } : { from_user_id: 'DE.1' };
      const message = await readMessage({ ...from, ...more, group_id: 'GRP1' }, contact);
      expect(message.customer).toEqual({ identities: [group('GRP1')] });
      expect(message).not.toHaveProperty('replacesIdentities');
      expect(message).not.toHaveProperty('assertsIdentities');
    }
  });

  it('has the same member as author that it would have as customer outside', async () => {
    const contact = { wa_id: '491701234567', user_id: 'DE.1', profile: { name: 'Ada' } };
    const sender = { from: '491701234567', from_user_id: 'DE.1' };
    const { author } = await readMessage({ ...sender, group_id: 'GRP1' }, contact);
    expect(author).toEqual((await readMessage(sender, contact)).customer);
  });

  it('gives the author the scope of the portfolio, and the group none', async () => {
    const [item] = itemsOf(webhook({ messages: [said({ from_user_id: 'DE.1', group_id: 'G' })] }));
    const settings = { ...account, portfolio: '55' };
    const [event] = await parse({ payload: item?.payload, account: settings });
    expect(event).toMatchObject({
      customer: { identities: [{ kind: 'group', scope: '' }] },
      author: { identities: [{ kind: 'bsuid', scope: '55' }] },
    });
  });

  it('is refused with the limit when the id of its group is longer than an address can be', async () => {
    await expect(
      read(webhook({ messages: [said({ group_id: 'G'.repeat(513) })] })),
    ).rejects.toThrow('group_id has 513 characters; allowed: 512');
  });
});

describe('the id of a group that is spelled like a person’s address', () => {
  const spellings = ['491701234567', 'DE.4400112233', 'DE.ENT.5500112233', 'group#G', '#G'];

  it.each(spellings)('%s names another conversation than the person', async (address) => {
    const inGroup = await readMessage({ from: '46702222', group_id: address });
    const alone = await readMessage({ from: address });
    const keys = [inGroup, alone].map(({ customer }) => customer.identities.map(identityKey));
    expect(keys[0]).toHaveLength(1);
    expect(keys[1]).not.toContain(keys[0]?.[0]);
  });

  it.each(spellings)('%s is another group of the queue than the person', (address) => {
    const items = itemsOf(
      webhook({ messages: [said({ group_id: address }), said({ id: 'wamid.2', from: address })] }),
    );
    expect(new Set(items.map(({ groupKey }) => groupKey[1])).size).toBe(2);
  });
});

describe('items of one group', () => {
  it('share one queue group: messages of all members, statuses, echoes and events of the group', () => {
    const bodies = [
      webhook({ messages: [said({ group_id: 'G', from: '1222333' })] }),
      webhook({ messages: [said({ id: 'wamid.2', group_id: 'G', from_user_id: 'DE.1' })] }),
      webhook({
        statuses: [{ id: 'w', status: 'sent', recipient_type: 'group', recipient_id: 'G' }],
      }),
      webhook({ statuses: [{ id: 'w', status: 'read', recipient_id: '49', group_id: 'G' }] }),
      webhook({ message_echoes: [said({ group_id: 'G' })] }, 'smb_message_echoes'),
      webhook({ groups: [{ group_id: 'G', type: 'group_delete' }] }, 'group_lifecycle_update'),
    ];
    const keys = bodies.flatMap((body) => itemsOf(body).map(({ groupKey }) => groupKey.join()));
    expect(keys).toHaveLength(bodies.length);
    expect(new Set(keys)).toEqual(new Set(['200100300400500,group:G']));
  });
});

describe('a status of one member', () => {
  const told = async (names: object) => {
    const about = {
      id: 'wamid.1',
      recipient_type: 'group',
      recipient_id: 'G',
      timestamp: '1795305600',
    };
    const [event] = await read(webhook({ statuses: [{ ...about, status: 'read', ...names }] }));
    return event;
  };
  const both = { recipient_participant_id: '491701', recipient_participant_user_id: 'DE.1' };

  it('names them by user id where Meta tells it, and ties the number to it', async () => {
    expect(await told(both)).toMatchObject({ recipient: 'DE.1', aliases: ['491701'] });
  });

  it.each([
    ['DE.1', { recipient_participant_user_id: 'DE.1' }],
    ['491701', { recipient_participant_id: '491701' }],
    ['491701', { participant_recipient_id: '491701' }],
    ['491701', { participant_recipient_id: '491701', recipient_participant_id: '491701' }],
  ])('has nothing but %s where Meta withholds the rest', async (recipient, names) => {
    const event = await told(names);
    expect(event).toMatchObject({ recipient });
    expect(event).not.toHaveProperty('aliases');
  });

  it('is another one when it ties what an earlier one did not', async () => {
    const ids = [both, { recipient_participant_user_id: 'DE.1' }].map(told);
    const [one, other] = await Promise.all(ids);
    expect((one as { id: string }).id).not.toBe((other as { id: string }).id);
  });
});

describe('a list of groups under a field that is none of a group', () => {
  it('is an alert, as every field nobody knows', async () => {
    const body = webhook({ groups: [{ group_id: 'G' }] }, 'invented');
    const kinds = (await read(body)).map((event: ChannelEvent) => event.kind);
    expect(kinds).toEqual(['alert']);
  });
});

describe('a reply', () => {
  const inGroup = target({ customerIdentities: [group('GRP1')] });

  it('in a group’s conversation goes to the group, and names no member', () => {
    const [request, ...others] = render(reply('to all'), inGroup, account);
    expect(others).toEqual([]);
    expect(request?.body).toMatchObject({ recipient_type: 'group', to: 'GRP1' });
    expect(request?.body).not.toHaveProperty('recipient');
  });

  it('in a member’s conversation goes to the member, also if something else names a group', () => {
    const [request] = render(reply('to you'), target({ threadKey: 'GRP1' }), account);
    expect(request?.body).toMatchObject({ recipient_type: 'individual', to: '+491701234567' });
  });
});
