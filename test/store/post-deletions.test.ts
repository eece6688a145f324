import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { entriesAfter } from '#shared/aws/store/table';
import { applyParked } from '#shared/aws/store/update/apply-parked';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';
import { eventsOf, itemsOf, ownUserId } from '#test/connectors/twitter/received';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const author = '1600000000000000002';
const stranger = '1600000000000000003';
const origin = {
  ...{ connector: 'twitter', account: 'main', receivedAt: '2026-11-21T10:00:00.000Z' },
};

let posts = 0;
const nextId = () => {
  posts += 1;
  return `22000000000000001${String(posts).padStart(2, '0')}`;
};

/** A post that mentions us, as X tells of it. */
function postBy(authorId: string, id: string): ChannelMessage {
  const payload = { id, author_id: authorId, text: '@acmecare where is my order?' };
  const about = { event_uuid: id, filter: { user_id: ownUserId }, payload };
  const [item] = itemsOf({ data: { event_type: 'post.mention.create', ...about } });
  const [event] = item ? eventsOf(item) : [];
  if (event?.kind !== 'message') throw new Error(`no message but ${event?.kind}`);
  return event;
}

/** The two forms in which X tells of a deletion; an author it leaves out is nobody but the account it tells. */
const deletions = {
  'X Activity': (id: string, by?: string) => ({
    data: {
      ...{ event_type: 'post.delete', event_uuid: `-${id}`, filter: { user_id: ownUserId } },
      payload: { id, ...(by ? { author_id: by } : {}) },
    },
  }),
  'Account Activity': (id: string, by?: string) => ({
    for_user_id: ownUserId,
    tweet_delete_events: [
      { status: { id, ...(by ? { user_id: by } : {}) }, timestamp_ms: '1790000000000' },
    ],
  }),
};
type Form = keyof typeof deletions;

function deletionOf(form: Form, id: string, by?: string): ChannelUpdate {
  const [item] = itemsOf(deletions[form](id, by));
  const [event] = item ? eventsOf(item) : [];
  if (event?.kind !== 'deletion') throw new Error(`no deletion but ${event?.kind}`);
  return event;
}

/** What the deletions did to a post that is stored, one after the other. */
async function outcomesOf(message: ChannelMessage, updates: readonly ChannelUpdate[]) {
  const { table } = emulators;
  const { conversation, entry } = await appendMessage(table, origin, message);
  const outcomes = [];
  for (const update of updates) {
    outcomes.push((await applyChannelUpdate(table, origin, update)).outcome);
  }
  const [stored] = await entriesAfter(table, conversation.id, entry.sequence - 1);
  return { outcomes, updates: stored?.pending.map(({ kind }) => kind) };
}

describe.each(Object.keys(deletions) as Form[])('the deletion of a post, told by %s', (form) => {
  it('by somebody other than its author changes nothing, and by its author it does', async () => {
    const id = nextId();
    const all = [stranger, ownUserId, undefined, author].map((by) => deletionOf(form, id, by));
    expect(await outcomesOf(postBy(author, id), all)).toEqual({
      outcomes: ['elsewhere', 'elsewhere', 'elsewhere', 'applied'],
      updates: ['deletion'],
    });
  });

  it('of ours is our own alone', async () => {
    const id = nextId();
    const ours: ChannelMessage = { ...postBy(author, id), direction: 'outbound' };
    const all = [stranger, author, ownUserId].map((by) => deletionOf(form, id, by));
    expect(await outcomesOf(ours, all)).toEqual({
      outcomes: ['elsewhere', 'elsewhere', 'applied'],
      updates: ['deletion'],
    });
  });

  it('is judged the same where it came before its post', async () => {
    const { table } = emulators;
    for (const [by, kinds] of [
      [stranger, []],
      [author, ['deletion']],
    ] as const) {
      const id = nextId();
      const early = deletionOf(form, id, by);
      expect((await applyChannelUpdate(table, origin, early)).outcome).toBe('parked');
      const message = postBy(author, id);
      const { conversation, entry, parked } = await appendMessage(table, origin, message);
      await applyParked(table, origin, parked, message);
      const [stored] = await entriesAfter(table, conversation.id, entry.sequence - 1);
      expect(stored?.pending.map(({ kind }) => kind)).toEqual(kinds);
    }
  });
});
