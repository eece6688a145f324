import { describe, expect, it } from 'vitest';
import { parsers } from '#connectors/parsers';
import { itemsOf, ownUserId } from '#test/connectors/twitter/received';
import { type DeletionHarness, deletionBody, postBody, useDeletionHarness } from './harness.ts';

let harness: DeletionHarness;
useDeletionHarness((opened) => {
  harness = opened;
});

const [stranger, author, quoter] = [
  '1600000000000000101',
  '1600000000000000102',
  '1600000000000000103',
];
let posts = 0;
function next() {
  posts += 1;
  const id = `27000000000000010${String(posts).padStart(2, '0')}`;
  return { id, word: `aw${posts}bassoon${posts}` };
}

/** A post of `author` that is known only because `quoter` quotes it. */
async function quoted(original: { id: string; word: string }) {
  const quotes = { id: original.id, text: original.word, by: author };
  await harness.receive(postBody({ id: next().id, text: 'see this', by: quoter, quotes }));
  const event = (await harness.heard()).findLast(({ type }) => type.includes('received'));
  return JSON.stringify(event);
}

describe('the deletion of a post that is known by a quotation alone', () => {
  it('by another person takes nothing, whether it comes first or last', async () => {
    const [before, after] = [next(), next()];
    await harness.receive(deletionBody(before.id, stranger));
    expect(await quoted(before)).toContain(before.word);
    await quoted(after);
    const kept = await harness.traces(after.word);
    expect(kept.length).toBe(2);
    await harness.receive(deletionBody(after.id, stranger));
    expect(await harness.traces(after.word)).toEqual(kept);
    expect((await harness.traces(before.word)).length).toBe(2);
  });

  it('by its author takes the quotation, also behind another person’s', async () => {
    const [before, after] = [next(), next()];
    await harness.receive(deletionBody(before.id, stranger));
    await harness.receive(deletionBody(before.id, author));
    expect(await quoted(before)).not.toContain(before.word);
    await quoted(after);
    await harness.receive(deletionBody(after.id, stranger));
    await harness.receive(deletionBody(after.id, author));
    expect(await harness.traces(before.word)).toEqual([]);
    expect(await harness.traces(after.word)).toEqual([]);
  });

  it('of ours is by us', async () => {
    const ours = next();
    const quotes = { id: ours.id, text: ours.word, by: ownUserId };
    await harness.receive(postBody({ id: next().id, text: 'see', by: quoter, quotes }));
    await harness.receive(deletionBody(ours.id, quoter));
    expect((await harness.traces(ours.word)).length).toBeGreaterThan(0);
    await harness.receive(deletionBody(ours.id, ownUserId));
    expect(await harness.traces(ours.word)).toEqual([]);
  });
});

describe('a quotation of the Account Activity API', () => {
  const user = (id: string) => ({ id: Number(id), id_str: id, name: 'n', screen_name: 'n' });
  const status = (id: string, text: string, by: string, more: object = {}) => ({
    ...{ id_str: id, text, user: user(by), created_at: 'Sat Nov 21 09:59:00 +0000 2026' },
    ...more,
  });

  it('is found by the id of the quoted post alone, and one nested in it too', async () => {
    const [outer, inner] = [next(), next()];
    const nested = status(outer.id, outer.word, author, {
      quoted_status: status(inner.id, inner.word, stranger),
    });
    const post = status(next().id, '@acmecare see', quoter, { quoted_status: nested });
    await harness.receive({ for_user_id: ownUserId, tweet_create_events: [post] });
    await harness.heard();
    expect((await harness.traces(outer.word)).length).toBe(2);
    expect((await harness.traces(inner.word)).length).toBe(1);
    await harness.receive(deletionBody(inner.id, stranger));
    expect(await harness.traces(inner.word)).toEqual([]);
    await harness.receive(deletionBody(outer.id, author));
    expect(await harness.traces(outer.word)).toEqual([]);
  });

  it('that sends no words of the quoted post notes no copy', async () => {
    const post = status(next().id, 'see', quoter, { quoted_status_id_str: next().id });
    const [item] = itemsOf({ for_user_id: ownUserId, tweet_create_events: [post] });
    const { payload } = item ?? {};
    const settings = harness.dependencies.accounts[0]?.settings ?? {};
    const [event] = (await parsers.twitter?.({ payload, account: settings })) ?? [];
    expect(event).not.toHaveProperty('copies');
  });
});
