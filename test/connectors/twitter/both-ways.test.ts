import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catchUp } from '#connectors/twitter/catch-up';
import type { WebhookItem } from '#shared/connector/webhook';
import { type FakeX, startFakeX } from '#test/functions/catch-up/fake-x';
import { credentials, eventsOf, itemsOf, ownUserId, publicUrl } from './received.ts';

let x: FakeX;
beforeEach(async () => {
  x = await startFakeX();
});
afterEach(() => x.stop());

const context = () => ({
  account: catchUp.readAccount({ address: ownUserId, username: 'acmecare' }),
  ...{ credentials, publicUrl, apiUrl: x.apiUrl, timeoutSeconds: 5 },
});

/** The item of the only entry of a list. */
async function listed(list: string): Promise<WebhookItem> {
  const wanted = { list, since: '2026-01-01T00:00:00.000Z', maxEntries: 10 };
  return onlyItem(await catchUp.read(wanted, context()));
}

/** The item of a listed mention, which is looked up whole. */
async function lookedUp(
  id: string,
  includes: Readonly<Record<string, unknown>>,
): Promise<WebhookItem> {
  x.includes = includes;
  return onlyItem(await catchUp.lookUp('mentions', [id], context()));
}

function onlyItem(page: Awaited<ReturnType<typeof catchUp.read>>): WebhookItem {
  const [item] = page.kind === 'page' ? page.entries.map((entry) => entry.item) : [];
  if (!item) throw new Error(`no item of ${page.kind}`);
  return item;
}

/** What is stored of an item: all but the mark of the catch-up, X's name of the event, its price and the customer's name. */
function stored(item: WebhookItem | undefined) {
  if (!item) throw new Error('no item');
  const { groupKey, deduplicationId } = item;
  const meant = eventsOf(item).map((event) => {
    if (event.kind !== 'message') return event;
    const { eventType: _, caughtUp: __, ...metadata } = event.metadata ?? {};
    const { use: ___, uses: ____, ...rest } = event as typeof event & Record<string, unknown>;
    return { ...rest, customer: event.customer.identities, metadata };
  });
  return { groupKey, deduplicationId, meant };
}

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/twitter/${name}`, import.meta.url), 'utf8'))
    .webhook;

const atMs = 1_790_000_000_000;
const customer = '1600000000000000002';
const fileLink = 'https://t.co/PPPPPPPPPP';
const filePage = 'https://x.com/messages/media/2100000000000000003';
const privateFile = 'https://ton.twitter.com/1.1/ton/data/dm/1/10/a.jpg';
const film = { content_type: 'video/mp4', url: 'https://video.twimg.com/dm_video/1/a.mp4' };
const link = { url: 'https://t.co/LLLLLLLLLL', expanded_url: 'https://acme.example/order?a=1' };

interface Case {
  readonly name: string;
  readonly text: string;
  /** Links as the webhook names them, and as the list does where it names others. */
  readonly urls?: readonly object[];
  readonly listedUrls?: readonly object[];
  readonly webhookMedia?: object;
  readonly listedMedia?: object;
}

const photo = {
  webhookMedia: { id_str: '10', type: 'photo', url: fileLink, media_url_https: privateFile },
  listedMedia: { media_key: '3_10', type: 'photo', url: privateFile },
};
const page = { url: fileLink, expanded_url: filePage };

const directMessages: readonly Case[] = [
  {
    ...{ name: 'a photo that X does not describe', text: `look ${fileLink}`, urls: [page] },
    webhookMedia: { media_key: '3_10' },
    listedMedia: { media_key: '3_10' },
  },
  { name: 'a text', text: 'a &amp; b' },
  { name: 'a link', text: `see ${link.url}`, urls: [link] },
  { name: 'a link at the end of it and no file', text: `see ${fileLink}`, urls: [] },
  { name: 'a photo', text: `look ${fileLink}`, urls: [page], ...photo },
  {
    name: 'a photo whose link the list does not name',
    text: `look ${fileLink}`,
    urls: [page],
    listedUrls: [],
    ...photo,
  },
  {
    ...{ name: 'a photo whose link has another page', text: `look ${fileLink}`, urls: [page] },
    listedUrls: [
      { url: fileLink, expanded_url: 'https://x.com/i/other/1', display_url: 'pic.x.com/PPP' },
    ],
    ...photo,
  },
  {
    name: 'a link before a photo',
    text: `${link.url} ${fileLink}`,
    urls: [link, page],
    listedUrls: [link],
    ...photo,
  },
  {
    name: 'a link of its own at the end of a photo',
    text: `look ${link.url}`,
    urls: [link],
    ...photo,
    webhookMedia: { ...photo.webhookMedia, url: '' },
  },
  {
    ...{ name: 'a video', text: fileLink, urls: [page] },
    webhookMedia: {
      id_str: '11',
      type: 'video',
      url: fileLink,
      video_info: { variants: [{ ...film, bitrate: 2 }] },
    },
    listedMedia: { media_key: '7_11', type: 'video', variants: [{ ...film, bit_rate: 2 }] },
  },
];

describe('a direct message is the same by webhook and from the list', () => {
  it.each(directMessages)('with $name', async (one) => {
    const { text, urls, listedUrls = urls, webhookMedia, listedMedia } = one;
    const id = '2100000000000000003';
    const [brought] = itemsOf({
      data: {
        ...{ event_uuid: '79', event_type: 'dm.received', filter: { user_id: ownUserId } },
        payload: {
          direct_message_events: [
            {
              ...{ type: 'message_create', id, created_timestamp: String(atMs) },
              message_create: {
                ...{ target: { recipient_id: ownUserId }, sender_id: customer },
                message_data: {
                  text,
                  entities: { urls: urls ?? [] },
                  ...(webhookMedia ? { attachment: { type: 'media', media: webhookMedia } } : {}),
                },
              },
            },
          ],
        },
      },
    });
    const media = listedMedia ? { media: [listedMedia] } : {};
    const more = listedUrls ? { entities: { urls: listedUrls } } : {};
    x.directMessages.push({ id, from: customer, text, atMs, more, ...media } as never);
    expect(stored(await listed('direct_messages'))).toEqual(stored(brought));
  });
});

describe('a post is the same by webhook and from the list', () => {
  it.each([
    ...['mention.json', 'post-photo.json', 'post-photo-by-page.json', 'post-alt-text.json'],
    ...['quote-long.json', 'quote-escaped.json', 'quote-new-names.json', 'post-edited.json'],
    ...['post-poll.json', 'reply-in-thread.json'],
  ])('%s', async (name) => {
    const webhook = fixture(name);
    const { payload, includes } = webhook.data;
    const { id, author_id: from, text, created_at: at } = payload;
    x.posts.push({ id, from, text, atMs: Date.parse(at), more: payload });
    expect(stored(await lookedUp(id, includes))).toEqual(stored(itemsOf(webhook)[0]));
  });
});
