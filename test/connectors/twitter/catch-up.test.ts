import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catchUp } from '#connectors/twitter/catch-up';
import type { CatchUpContext, ListedEntry, PageRequest } from '#shared/connector/catch-up';
import { type FakeX, idAt, startFakeX } from '#test/functions/catch-up/fake-x';
import { accountOf, credentials, eventsOf, itemsOf, ownUserId, publicUrl } from './received.ts';

let x: FakeX;
beforeEach(async () => {
  x = await startFakeX();
});
afterEach(() => x.stop());

const context = (): CatchUpContext<unknown, unknown> => ({
  account: catchUp.readAccount({ address: ownUserId, username: 'acmecare' }),
  ...{ credentials, publicUrl, apiUrl: x.apiUrl, timeoutSeconds: 5 },
});

const request = (list: string, more: Partial<PageRequest> = {}): PageRequest => ({
  ...{ list, since: '2026-01-01T00:00:00.000Z', maxEntries: 10 },
  ...more,
});

/** Reads a page; a mention, of which the list tells little, is looked up. */
async function read(list: string, more: Partial<PageRequest> = {}) {
  const page = await catchUp.read(request(list, more), context());
  if (page.kind !== 'page') throw new Error(`X was not read: ${page.kind}`);
  if (list !== 'mentions') return page;
  const whole = await catchUp.lookUp(
    list,
    page.entries.map(({ id }) => id),
    context(),
  );
  if (whole.kind !== 'page') throw new Error(`X was not asked: ${whole.kind}`);
  return { ...page, entries: whole.entries };
}

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/twitter/${name}`, import.meta.url), 'utf8'))
    .webhook;

/** The first event of an entry, without the mark of the catch-up and the name of X's event. */
function meaning(item: ListedEntry['item']) {
  if (!item) throw new Error('no item');
  const [event] = eventsOf(item);
  if (event?.kind !== 'message') throw new Error('no message');
  const { metadata: _, ...message } = event;
  // Only a webhook's delivery is priced here: the reading of a list is counted where it is made.
  const {
    use: __,
    uses: ___,
    ...meant
  } = message as typeof message & Record<'use' | 'uses', unknown>;
  return meant;
}

describe('a mention from the list', () => {
  it('is the item that the webhook makes, and marked', async () => {
    const webhook = fixture('mention.json');
    const [brought] = itemsOf(webhook);
    const { payload, includes } = webhook.data;
    x.posts.push({
      ...{ id: payload.id, from: payload.author_id, text: payload.text },
      atMs: Date.parse(payload.created_at),
      more: payload,
    });
    const { entries } = await read('mentions');
    const [{ item, ...entry } = {} as ListedEntry] = entries;
    expect(item).toMatchObject({
      groupKey: brought?.groupKey,
      deduplicationId: brought?.deduplicationId,
      payload: { caughtUp: true, event: payload },
    });
    expect(entry).toEqual({
      ...{ id: payload.id, occurredAt: payload.created_at },
      ...{ isOwn: false, isExpected: true },
    });
    expect(includes.users[0].username).toBe('nora_w');
    const { customer: _, ...one } = meaning(item);
    const { customer: __, ...other } = meaning(brought);
    expect(one).toEqual(other);
    const [event] = item ? eventsOf(item) : [];
    expect(event).toMatchObject({
      metadata: { caughtUp: 'true', eventType: 'post.mention.create' },
    });
  });

  it('is asked for under the old names where X does not know the new ones', async () => {
    x.posts.push({ id: idAt(Date.now()), from: '1600', text: 'hi', atMs: Date.now() });
    x.refusals.push({ path: /mentions/, status: 400 });
    expect((await read('mentions')).entries).toHaveLength(1);
    expect(x.calls).toHaveLength(3);
  });

  it('of a protected author, or ours, is not expected from the webhook', async () => {
    const at = { atMs: Date.now(), text: 'hi' };
    x.posts.push({ ...at, id: idAt(at.atMs, 1), from: ownUserId });
    const { entries } = await read('mentions');
    expect(entries).toMatchObject([{ isOwn: true, isExpected: false }]);
  });
});

describe('a direct message from the list', () => {
  const atMs = 1_790_000_000_000;
  const photo = {
    ...{ media_key: '3_10', type: 'photo' },
    url: 'https://ton.twitter.com/1.1/ton/data/dm/1/10/a.jpg',
  };
  const text = 'it is broken, look https://t.co/PPPPPPPPPP';
  const link = { url: 'https://t.co/PPPPPPPPPP', expanded_url: 'https://x.com/messages/media/1' };

  it('with a photo is what the webhook makes of it', async () => {
    const [brought] = itemsOf(fixture('dm-photo.json'));
    x.directMessages.push({
      ...{ id: '2100000000000000003', from: '1600000000000000002', text, atMs, media: [photo] },
      more: { entities: { urls: [link] } },
    });
    const [entry] = (await read('direct_messages')).entries;
    expect(entry?.item?.deduplicationId).toBe(brought?.deduplicationId);
    expect(entry?.item?.groupKey).toEqual(brought?.groupKey);
    const { customer: _, ...one } = meaning(entry?.item);
    const { customer: __, ...other } = meaning(brought);
    expect(one).toEqual(other);
    expect(meaning(entry?.item).customer.displayName).toBe('Name 1600000000000000002');
  });

  it('with a film has the best whole file of it', async () => {
    const film = {
      ...{ media_key: '7_1', type: 'video', preview_image_url: 'https://pbs.twimg.com/p.jpg' },
      variants: [
        { content_type: 'application/x-mpegURL', url: 'https://video.twimg.com/dm.m3u8' },
        { content_type: 'video/mp4', bit_rate: 1, url: 'https://video.twimg.com/low.mp4' },
        { content_type: 'video/mp4', bit_rate: 2, url: 'https://video.twimg.com/high.mp4' },
      ],
    };
    x.directMessages.push({ id: idAt(atMs), from: '1600', text: '', atMs, media: [film] });
    const [entry] = (await read('direct_messages')).entries;
    expect(meaning(entry?.item).attachments).toMatchObject([
      { kind: 'video', providerReference: 'https://video.twimg.com/high.mp4' },
    ]);
  });

  it('of ours goes to the other one of the conversation', async () => {
    const more = { dm_conversation_id: `1600-${ownUserId}` };
    x.directMessages.push({ id: idAt(atMs), from: ownUserId, text: 'ours', atMs, more });
    const [entry] = (await read('direct_messages')).entries;
    expect(entry).toMatchObject({ isOwn: true, item: { groupKey: [ownUserId, '1600'] } });
    expect(meaning(entry?.item)).toMatchObject({ direction: 'outbound', text: 'ours' });
  });

  it('of a group is left out: no webhook brings one', async () => {
    const more = { dm_conversation_id: '1578398451921985538' };
    x.directMessages.push({ id: idAt(atMs), from: '1600', text: 'hi all', atMs, more });
    const [entry] = (await read('direct_messages')).entries;
    expect(entry).not.toHaveProperty('item');
    expect(entry?.isExpected).toBe(false);
  });

  it('ends the reading when it is older than what is wanted, or was read before', async () => {
    for (let number = 0; number < 8; number += 1) {
      const at = atMs + number * 1000;
      x.directMessages.push({ id: idAt(at), from: '1600', text: String(number), atMs: at });
    }
    const textsOf = (entries: readonly ListedEntry[]) =>
      entries.map(({ item }) => meaning(item).text);
    const since = new Date(atMs + 5000).toISOString();
    const bySince = await read('direct_messages', { since, maxEntries: 5 });
    expect(textsOf(bySince.entries)).toEqual(['7', '6', '5']);
    expect(bySince.next).toBeUndefined();
    expect(bySince.charges.filter(({ use }) => use === 'read:dm')).toHaveLength(5);
    const byId = await read('direct_messages', { after: idAt(atMs + 6000), maxEntries: 2 });
    expect(textsOf(byId.entries)).toEqual(['7']);
    const [first, second] = [await read('direct_messages', { maxEntries: 6 })].map((page) => page);
    expect(second).toBeUndefined();
    const rest = await read('direct_messages', { token: first?.next ?? '', maxEntries: 6 });
    expect(textsOf(rest.entries)).toEqual(['1', '0']);
    expect(rest.next).toBeUndefined();
  });
});

describe('the webhook at X', () => {
  it('is found by its address', async () => {
    expect(await catchUp.checkWebhook(context())).toEqual({ kind: 'valid', webhookId: '77' });
    x.webhook = undefined;
    expect(await catchUp.checkWebhook(context())).toEqual({ kind: 'missing' });
  });

  it('is checked again on request', async () => {
    x.webhook = { id: '77', url: publicUrl, valid: false };
    expect(await catchUp.validateWebhook('77', context())).toEqual({
      kind: 'valid',
      webhookId: '77',
    });
  });

  it.each([
    [401, {}, 'refused', 'credentials_rejected'],
    [402, {}, 'refused', 'credits_depleted'],
    [403, {}, 'refused', 'app_not_permitted'],
    [403, { title: 'SpendCapReached' }, 'refused', 'credits_depleted'],
    [403, { errors: [{ code: 326 }] }, 'refused', 'account_locked'],
    [429, {}, 'wait', undefined],
    [429, { title: 'UsageCapExceeded' }, 'refused', 'credits_depleted'],
    [404, {}, 'rejected', undefined],
    [503, { title: 'SpendCapReached' }, 'unavailable', undefined],
  ])('answers %i %j as %s', async (status, body, kind, code) => {
    x.refusals.push({ path: /webhooks/, status, body });
    const answer = await catchUp.checkWebhook(context());
    expect(answer.kind).toBe(kind);
    if (answer.kind === 'refused') expect(answer.error.code).toBe(code);
  });

  it('names the wait of a rate limit', async () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 60);
    x.refusals.push({ path: /webhooks/, status: 429, headers: { 'x-rate-limit-reset': reset } });
    expect(await catchUp.checkWebhook(context())).toMatchObject({ kind: 'wait' });
  });

  it('that cannot be reached is no fault of ours', async () => {
    const nowhere = { ...context(), apiUrl: 'http://127.0.0.1:9' };
    expect(await catchUp.checkWebhook(nowhere)).toMatchObject({ kind: 'unavailable' });
  });
});

describe('an alert of the catch-up', () => {
  const alert = {
    ...({ id: 'budget_used:2026-11-27', code: 'budget_used', title: 'used' } as const),
    ...{ details: { dollarsPerDay: 1 }, occurredAt: '2026-11-27T09:00:00.000Z' },
  } as const;

  it('comes out of the parser as it was', () => {
    const item = catchUp.alertItem(alert, accountOf());
    expect(eventsOf(item)).toEqual([{ kind: 'alert', channel: 'twitter', ...alert }]);
  });

  it('cannot be made by a webhook', () => {
    const filter = { user_id: ownUserId };
    const items = itemsOf({
      data: { event_type: 'alert', event_uuid: '1', filter, payload: alert },
    });
    expect(items.map(({ payload }) => Reflect.get(payload as object, 'kind'))).toEqual(['other']);
    expect(items.flatMap((item) => eventsOf(item))).toMatchObject([{ kind: 'ignored' }]);
  });
});
