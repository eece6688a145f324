import { describe, expect, it } from 'vitest';
import { appClient, xClient } from '#connectors/twitter/api/client';
import { grant } from '#connectors/twitter/api/tokens';
import { mediaSource } from '#connectors/twitter/media-source';
import {
  createSubscription,
  createWebhook,
  deleteSubscription,
  deleteWebhook,
  listSubscriptions,
  listWebhooks,
  moveSubscription,
  validateWebhook,
} from '#connectors/twitter/registration/calls';
import { ownUserId, twitterHarness } from './harness.ts';

const { ask, write, told, url, hookUrl } = twitterHarness();

const credentials = {
  ...{ consumerKey: 'ck', consumerSecret: 'cs' },
  ...{ accessToken: `${ownUserId}-t`, accessTokenSecret: 'ts' },
};
const context = () => ({ apiUrl: url('/').replace(/\/$/, ''), credentials, timeoutSeconds: 5 });

/** Two halves that share no code: what one writes, the other reads. */
describe('the connector at the simulated X', () => {
  it('registers a webhook and subscribes', async () => {
    await ask('/_conditions', { webhookLimit: 2 });
    const app = await appClient(context());
    const { id } = await createWebhook(app, hookUrl());
    const other = await createWebhook(app, hookUrl('other'));
    const event = { event_type: 'dm.received', userId: ownUserId };
    const made = await createSubscription(xClient(context()), { ...event, webhook_id: id });
    expect(await listSubscriptions(app)).toMatchObject([{ subscription_id: made, webhook_id: id }]);
    await moveSubscription(app, made ?? '', other.id);
    expect(await listSubscriptions(app)).toMatchObject([{ webhook_id: other.id }]);
    expect(await validateWebhook(app, id)).toBe(true);
    await deleteSubscription(app, made ?? '');
    for (const each of [id, other.id]) await deleteWebhook(app, each);
    expect(await listWebhooks(app)).toEqual([]);
  });

  it('refreshes a token of OAuth 2', async () => {
    const { body } = await ask('/_consent');
    const client = { clientId: body.client_id, clientSecret: 'cs' };
    const asked = { grant_type: 'refresh_token', refresh_token: body.refresh_token };
    const granted = await grant(client, asked, { ...context(), now: new Date() });
    expect(granted.refreshToken).not.toBe(body.refresh_token);
    expect(Date.parse(granted.expiresAt)).toBeGreaterThan(Date.now() + 7_000_000);
  });

  it.each(['image', 'gif', 'voice'])('finds the file of a direct message: %s', async (kind) => {
    const id = await write({ text: '', media: [{ kind, base64: btoa('the bytes') }] });
    const { media } =
      told[0].data.payload.direct_message_events[0].message_create.message_data.attachment;
    const account = mediaSource.readAccount({ address: ownUserId, username: 'acmecare' });
    const reading = { ...context(), account };
    const address = media.video_info?.variants[0].url ?? media.media_url_https;
    const direct = mediaSource.direct?.({ reference: address }, reading);
    const byMessage = await mediaSource.locate({ reference: `dm_events/${id}#0` }, reading);
    for (const place of [direct, byMessage]) {
      if (place?.kind !== 'found') throw new Error(JSON.stringify(place));
      const response = await fetch(place.url, { headers: place.headers });
      expect(await response.text()).toBe('the bytes');
    }
  });

  it('finds the file of a post by its key', async () => {
    await write({ text: '@acmecare', media: [{ kind: 'image', base64: btoa('the bytes') }] });
    const [reference] = told[0].data.payload.attachments.media_keys;
    const account = mediaSource.readAccount({ address: ownUserId, username: 'acmecare' });
    const place = await mediaSource.locate({ reference }, { ...context(), account });
    if (place.kind !== 'found') throw new Error(JSON.stringify(place));
    expect(await (await fetch(place.url)).text()).toBe('the bytes');
  });
});
