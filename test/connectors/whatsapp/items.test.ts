import { describe, expect, it } from 'vitest';
import { itemsOf } from './signed-webhook.ts';

const number = '200100300400500';

function body(...values: readonly Record<string, unknown>[]) {
  const changes = values.map((value) => ({
    field: 'messages',
    value: { metadata: { phone_number_id: number }, ...value },
  }));
  return { object: 'whatsapp_business_account', entry: [{ id: 'W', changes }] };
}
function message(id: string, more: Record<string, unknown> = {}) {
  return { id: `wamid.${id}`, from: '4915112345', type: 'text', text: { body: id }, ...more };
}

describe('splitting a body', () => {
  it('walks a thousand messages, each with its own contact only', () => {
    const people = Array.from({ length: 1000 }, (_, index) => `49${100_000 + index}`);
    const items = itemsOf(
      body({
        contacts: people.toReversed().map((wa_id) => ({ wa_id, profile: { name: wa_id } })),
        messages: people.map((from, index) => message(String(index), { from })),
      }),
    );
    expect(items).toHaveLength(1000);
    for (const [index, item] of items.entries()) {
      expect(item.payload).toMatchObject({ contacts: [{ wa_id: people[index] }] });
    }
  });

  it('names a message by its wamid and a status by wamid, status and participant', () => {
    const status = { id: 'wamid.S', recipient_id: '4915112345', status: 'sent' };
    const [first, ...others] = itemsOf(
      body({
        messages: [message('A')],
        statuses: [
          status,
          { ...status, status: 'read' },
          { ...status, recipient_type: 'group', recipient_participant_id: '77' },
        ],
      }),
    );
    expect(first?.deduplicationId).toBe('wamid.A');
    expect(others.map(({ deduplicationId }) => deduplicationId)).toEqual([
      'wamid.S:sent:-',
      'wamid.S:read:-',
      'wamid.S:sent:77',
    ]);
  });

  it('gives what has no id the same id again, and another one for another entry time', () => {
    const at = (time: number) => ({
      entry: [{ id: 'W', time, changes: [{ field: 'security', value: { a: 1, b: 2 } }] }],
    });
    const swapped = {
      entry: [{ id: 'W', time: 1, changes: [{ field: 'security', value: { b: 2, a: 1 } }] }],
    };
    const id = (given: unknown) => itemsOf(given)[0]?.deduplicationId;
    expect(id(at(1))).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(id(at(1))).toBe(id(swapped));
    expect(id(at(1))).not.toBe(id(at(2)));
  });

  it('keeps one customer in one group, with and without the phone', () => {
    const contacts = [{ wa_id: '4915112345', user_id: 'DE.1' }];
    const items = itemsOf(
      body(
        { contacts, messages: [message('both', { from_user_id: 'DE.1' })] },
        { contacts, messages: [message('phone, with contact')] },
        { messages: [{ id: 'wamid.bsuid', from_user_id: 'DE.1', type: 'text' }] },
        { statuses: [{ id: 'wamid.s', status: 'read', recipient_user_id: 'DE.1' }] },
        { message_echoes: [{ id: 'wamid.e', from: 'us', to: '4915112345', to_user_id: 'DE.1' }] },
      ),
    );
    expect(items).toHaveLength(5);
    for (const item of items) expect(item.groupKey).toEqual([number, 'DE.1']);
  });

  it('keeps a group of people in one group', () => {
    const items = itemsOf(
      body({
        messages: [message('A', { group_id: 'G' }), message('B', { group_id: 'G', from: '49777' })],
        statuses: [{ id: 'wamid.C', status: 'sent', recipient_type: 'group', recipient_id: 'G' }],
      }),
    );
    expect(items.map(({ groupKey }) => groupKey[1])).toEqual(['group:G', 'group:G', 'group:G']);
  });

  it('never gives one customer the contact of another', () => {
    const items = itemsOf(
      body({
        contacts: [{ wa_id: '4915112345', profile: { name: 'Ada' } }],
        messages: [message('A'), message('B', { from: '49777777' })],
      }),
    );
    expect(items[1]?.payload).not.toHaveProperty('contacts');
  });

  it('delivers a message of another business number under that number', () => {
    const items = itemsOf(body({ metadata: { phone_number_id: '999' }, messages: [message('A')] }));
    expect(items[0]?.groupKey[0]).toBe('999');
  });

  it('keeps a good message whose neighbours cannot be read', () => {
    const items = itemsOf(body({ messages: [null, message('good'), 'junk', 7, []] }));
    expect(items.map(({ unreadable }) => unreadable === undefined)).toEqual([
      false,
      true,
      false,
      false,
      false,
    ]);
    expect(items[1]?.deduplicationId).toBe('wamid.good');
  });

  it('keeps entries and changes whose neighbours are no objects', () => {
    const good = body({ messages: [message('good')] }).entry[0];
    const items = itemsOf({
      object: 'whatsapp_business_account',
      entry: [null, 'x', { id: 'W', changes: 'x' }, { id: 'W', changes: [3] }, good],
    });
    expect(items.filter(({ unreadable }) => unreadable !== undefined)).toHaveLength(4);
    expect(items.at(-1)?.deduplicationId).toBe('wamid.good');
  });

  it.each([
    ['no JSON', Buffer.from('hello')],
    ['an empty body', Buffer.alloc(0)],
    ['a list', Buffer.from('[]')],
    ['null', Buffer.from('null')],
    ['an object without entries', Buffer.from('{"object":"whatsapp_business_account"}')],
  ])('keeps an authentic body that is %s for the quarantine', (_, bytes) => {
    const items = itemsOf(bytes);
    expect(items).toHaveLength(1);
    expect(items[0]?.unreadable).toBeTypeOf('string');
    expect(items[0]?.payload).toEqual({ bodyBase64: bytes.toString('base64') });
  });

  it('acknowledges other products, empty entries and entries without changes without an item', () => {
    expect(itemsOf({ object: 'page', entry: [{ id: '1', messaging: [{}] }] })).toEqual([]);
    expect(itemsOf({ object: 'instagram', entry: [{ changes: [{}] }] })).toEqual([]);
    expect(itemsOf({ object: 'whatsapp_business_account', entry: [] })).toEqual([]);
    expect(itemsOf({ object: 'whatsapp_business_account', entry: [{ id: 'W' }] })).toEqual([]);
  });
});
