import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventsOf, itemsOf } from './signed-webhook.ts';

const corpus = '../shared/corpus/whatsapp';
const metadata = { display_phone_number: '4930901820', phone_number_id: '200100300400500' };

const webhook = (field: string, value: object) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '1', changes: [{ field, value: { metadata, ...value } }] }],
});

const read = async (body: unknown) => (await Promise.all(itemsOf(body).map(eventsOf))).flat();

const old = { from: '4917012345', id: 'wamid.old', timestamp: '1700000000', type: 'text' };
const message = { ...old, text: { body: 'long ago' }, history_context: { status: 'READ' } };

const ofHistory: readonly object[] = [
  webhook('history', { history: [{ metadata: {}, threads: [{ id: '1', messages: [message] }] }] }),
  // Files of the history come later, as plain messages of the same field.
  webhook('history', { contacts: [{ wa_id: '4917012345' }], messages: [message] }),
  webhook('history', { history: [{ errors: [{ code: 2593109 }] }] }),
];

function recorded(): readonly object[] {
  if (!existsSync(corpus)) return [];
  const bodies = globSync(`${corpus}/**/*history*.json`).map((name) =>
    JSON.parse(readFileSync(name, 'utf8')),
  );
  return bodies.filter((body) => body.entry);
}

describe('a preference', () => {
  it('of a value that only JavaScript knows is passed on and changes no consent', async () => {
    for (const value of ['__proto__', 'constructor', 'toString']) {
      const preference = { wa_id: '49170', category: 'marketing_messages', value };
      const [event] = await read(webhook('user_preferences', { user_preferences: [preference] }));
      expect(event).toMatchObject({ kind: 'message', text: `[marketing_messages: ${value}]` });
      expect(event).not.toHaveProperty('consent');
    }
  });
});

describe('imported history', () => {
  it('is never a message: nothing of it is published, and no window opens', async () => {
    const others = recorded();
    console.log(`whatsapp history: ran ${others.length} corpus cases`);
    for (const body of [...ofHistory, ...others]) {
      const events = await read(body);
      expect(events.length).toBeGreaterThan(0);
      expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['ignored']));
    }
  });

  it('does not stand in the way of the live message of the same id, which is one', async () => {
    const [imported] = itemsOf(webhook('history', { messages: [message] }));
    const [live] = itemsOf(webhook('messages', { messages: [message] }));
    expect(imported?.deduplicationId).not.toBe(live?.deduplicationId);
    expect(await read(webhook('messages', { messages: [message] }))).toMatchObject([
      { kind: 'message', text: 'long ago' },
    ]);
  });
});

describe('a call', () => {
  const call = (direction: string, side: 'from' | 'to') =>
    webhook('calls', {
      calls: [
        {
          id: 'wacid.1',
          event: 'connect',
          direction,
          [side]: '4917012345',
          timestamp: '1795305600',
        },
      ],
    });

  it('opens the window when the customer makes it, and not when the business does', async () => {
    expect(await read(call('USER_INITIATED', 'from'))).toMatchObject([
      { direction: 'inbound', opensReplyWindow: true },
    ]);
    expect(await read(call('BUSINESS_INITIATED', 'to'))).toMatchObject([
      { direction: 'outbound', opensReplyWindow: false },
    ]);
  });
});
