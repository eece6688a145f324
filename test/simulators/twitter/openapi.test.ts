import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MockServer, validatingProxy } from '#test/support/connectors/prism';
import { ownUserId, twitterHarness } from './harness.ts';

/** X's own OpenAPI description, where it has been fetched: its licence does not let us keep it here. */
const description = join(
  import.meta.dirname,
  '../../../../shared/corpus/twitter/spec/x-api-v2-openapi.json',
);
const present = existsSync(description);
if (!present) console.log("X's OpenAPI description is not here: no answer is checked against it");

describe.runIf(present)("the simulated X against X's OpenAPI description", () => {
  const { call, callWith, callThrough, form, write, url, hookUrl } = twitterHarness();
  let proxy: MockServer;
  beforeAll(async () => {
    proxy = await validatingProxy(description, url('/'));
    callThrough(await proxy.listen(0, '127.0.0.1'));
  });
  afterAll(() => proxy.close());

  /** An answer that the description allows; the proxy has replaced any other. */
  const passes = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    expect(JSON.stringify(answer.body)).not.toContain('VALIDATION');
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };

  it('sends, uploads and lists', async () => {
    const messages = '/2/dm_conversations/with/1600/messages';
    const photo = { media_category: 'dm_image', media_type: 'image/png', total_bytes: 3 };
    const { id } = (await passes('POST', '/2/media/upload/initialize', photo)).data;
    const part = { segment_index: 0, media: btoa('abc') };
    await passes('POST', `/2/media/upload/${id}/append`, part);
    await passes('POST', `/2/media/upload/${id}/finalize`);
    await passes('GET', `/2/media/upload?command=STATUS&media_id=${id}`);
    await passes('POST', '/2/media/metadata', { id, metadata: { alt_text: { text: 'a b c' } } });
    const sent = { text: 'hello', attachments: [{ media_id: id }] };
    const { dm_event_id } = (await passes('POST', messages, sent)).data;
    await passes('GET', `/2/dm_events/${dm_event_id}`);
    await passes('GET', `/2/media/3_${id}?media.fields=url`);
    const dm =
      'expansions=sender_id,attachments.media_keys&dm_event.fields=id,text,attachments,created_at,dm_conversation_id,entities';
    await passes('GET', `/2/dm_events?${dm}`);
    await passes('GET', `/2/dm_conversations/with/1600/dm_events?${dm}`);
    const post = await write({ text: '@acmecare hello', media: [{ kind: 'video' }] });
    const reply = { in_reply_to_tweet_id: post };
    await passes('POST', '/2/tweets', { text: 'good day', reply });
    const posts =
      'expansions=author_id,attachments.media_keys&post.fields=created_at,entities,lang';
    await passes('GET', `/2/users/${ownUserId}/mentions?${posts}`);
    await passes('GET', `/2/users/${ownUserId}/tweets?${posts}`);
    await passes('GET', `/2/tweets/${post}?${posts}`);
    await passes('GET', '/2/users/me?user.fields=receives_your_dm');
  });

  it('registers webhooks and subscribes', async () => {
    const grant = { grant_type: 'client_credentials' };
    const token = (await form('/oauth2/token', grant, 'ck:cs')).body.access_token;
    const app = async (method: string, path: string, body?: unknown) => {
      const answer = await callWith(`Bearer ${token}`, method, path, body);
      expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBe(200);
      return answer.body;
    };
    const { id } = (await app('POST', '/2/webhooks', { url: hookUrl() })).data;
    await app('GET', '/2/webhooks');
    await app('PUT', `/2/webhooks/${id}`);
    const wanted = { event_type: 'dm.received', filter: { user_id: ownUserId }, webhook_id: id };
    const made = await passes('POST', '/2/activity/subscriptions', { ...wanted, tag: 'inbox' });
    await app('GET', '/2/activity/subscriptions');
    const { subscription_id } = made.data.subscription;
    await app('PUT', `/2/activity/subscriptions/${subscription_id}`, { tag: 'other' });
    const dates = { from_date: minute(-60), to_date: minute(-20) };
    await app('POST', '/2/webhooks/replay', { webhook_id: id, ...dates });
    await app('DELETE', `/2/activity/subscriptions/${subscription_id}`);
    await app('DELETE', `/2/webhooks/${id}`);
  });

  it('would be told of a wrong question and of a wrong answer', async () => {
    expect((await call('GET', '/2/dm_events?max_results=1000')).status).toBe(500);
    const wrong = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"id":1}]}');
    });
    await new Promise<void>((resolve) => wrong.listen(0, '127.0.0.1', resolve));
    const { port } = wrong.address() as AddressInfo;
    const watched = await validatingProxy(description, `http://127.0.0.1:${port}`);
    const response = await fetch(`${await watched.listen(0, '127.0.0.1')}/2/webhooks`);
    expect(response.status).toBe(500);
    await watched.close();
    wrong.close();
  });
});

function minute(minutesFromNow: number): string {
  const at = new Date(Date.now() + minutesFromNow * 60_000);
  return at.toISOString().replace(/\D/g, '').slice(0, 12);
}
