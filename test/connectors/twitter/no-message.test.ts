import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { Account } from '#connectors/twitter/account';
import { eventsOf, itemsOf, ownUserId } from './received.ts';

const kindsOf = (event_type: string, more: object = {}) =>
  itemsOf({
    data: {
      ...{ event_type, event_uuid: '1', filter: { user_id: ownUserId } },
      payload: { id: '2100000000000000009', sender_id: '1600', ...more },
    },
  })
    .flatMap((item) => eventsOf(item))
    .map(({ kind }) => kind);

describe('an event of direct messages in the form of v2', () => {
  it('is a message where its type says so', () => {
    const dm_conversation_id = `1600-${ownUserId}`;
    expect(kindsOf('dm.received', { text: 'hi', dm_conversation_id })).toEqual(['message']);
  });

  it.each(['dm.read', 'dm.reaction', 'dm.indicate_typing'])('%s is none', (type) => {
    expect(kindsOf(type)).not.toContain('message');
  });

  it.each(['1234567', '777-888'])('of the group %s is none', (dm_conversation_id) => {
    expect(kindsOf('dm.received', { text: 'hi', dm_conversation_id })).not.toContain('message');
  });
});

describe('a budget of the catch-up', () => {
  const read = (dollarsPerDay: number) =>
    z.safeParse(Account, { address: '1', username: 'a', catchUp: { dollarsPerDay } });

  it('with which nothing could be read is refused, with what is given and allowed', () => {
    const { error } = read(0.05);
    expect(error?.message).toContain('dollarsPerDay is 0.05; allowed are 0 (off) and 0.1 to 1000');
    expect([0, 0.1, 1000].every((dollars) => read(dollars).success)).toBe(true);
  });
});
