import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WebhookItem } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { alwaysRuns, parameters } from '#test/properties/parameters';
import { eventsOf, itemsOf, ownUserId } from './received.ts';

const folder = new URL('../../fixtures/twitter/', import.meta.url);
const bodies = readdirSync(folder).map(
  (name): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8')).webhook,
);

/** A post whose picture has no link. */
const emptyLink = {
  data: {
    event_type: 'post.mention.create',
    filter: { user_id: ownUserId },
    payload: {
      id: '2200000000000000005',
      author_id: '1600000000000000002',
      text: 'look',
      entities: { urls: [{ url: '', expanded_url: '', media_key: '3_1' }] },
      attachments: { media_keys: ['3_1'] },
    },
  },
};

/** What a provider might put where something else was. */
const surprise = fc.oneof(
  fc.constantFrom(null, '', '0', 'x', -1, 1.5, 2 ** 60, true, [], {}, [null], [[]], '\u0000', '🦆'),
  fc.jsonValue({ maxDepth: 3 }),
);

/** The body with the value at the nth place replaced. */
function replaced(body: unknown, nth: number, value: unknown): unknown {
  const places: (() => void)[] = [];
  const copy = structuredClone({ body });
  const visit = (holder: Record<string, unknown>) => {
    for (const key of Object.keys(holder)) {
      places.push(() => Object.assign(holder, { [key]: value }));
      const inner = holder[key];
      if (typeof inner === 'object' && inner !== null) visit(inner as Record<string, unknown>);
    }
  };
  visit(copy);
  places[nth % places.length]?.();
  return copy.body;
}

/** How many events an item became; a parser that fails must fail by name. */
function readable(item: WebhookItem): number {
  expect(item.groupKey.every((part) => part.length > 0)).toBe(true);
  if (item.unreadable !== undefined) return 0;
  try {
    return eventsOf(item).length;
  } catch (fault) {
    expect(fault).toBeInstanceOf(ConnectorError);
    expect(fault).toHaveProperty('code', 'unreadable_payload');
    return 0;
  }
}

describe('a body of X with something unexpected in it', () => {
  it('never breaks the door, and the parser only by name', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(500), surprise, (body, nth, value) => {
        const changed = replaced(body, nth, value);
        // What holds no object at all is refused at the door.
        const items = JSON.stringify(changed).includes('{') ? itemsOf(changed) : [];
        for (const item of items) read += readable(item);
      }),
      // An empty link once sent the parser round for ever.
      { ...alwaysRuns(2000), examples: [[emptyLink, 8, 'look']] },
    );
    expect(read).toBeGreaterThan(500);
  });

  it('never loses the neighbour of what changed', () => {
    const messageOf = (id: string) => ({
      type: 'message_create',
      id,
      message_create: {
        sender_id: '1600',
        target: { recipient_id: ownUserId },
        message_data: { text: id },
      },
    });
    fc.assert(
      fc.property(fc.nat(20), surprise, (nth, value) => {
        const changed = replaced(messageOf('1'), nth, value);
        const messages = [changed, messageOf('2')];
        const items = itemsOf({ for_user_id: ownUserId, direct_message_events: messages });
        expect(items).toHaveLength(2);
        expect(items.slice(1).flatMap((item) => eventsOf(item))).toMatchObject([{ text: '2' }]);
      }),
      parameters(300),
    );
  });
});
