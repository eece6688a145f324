import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TwitterRequest } from '#connectors/twitter/outbound/request';
import { sender } from '#connectors/twitter/sender';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { simulator as twitter } from '#infra/local/simulators/twitter/simulator';
import { accountOf, credentials, ownUserId, publicUrl } from './received.ts';

let provider: RunningSimulator;

beforeAll(async () => {
  const account = {
    account: 'main',
    address: ownUserId,
    webhookUrl: 'http://127.0.0.1:1/nobody-listens',
    settings: { username: 'acmecare' },
    credentials,
  };
  provider = await startSimulator(twitter, [account]);
});
beforeEach(async () => {
  await fetch(`${provider.url}/_sent`, { method: 'DELETE' });
});
afterAll(() => provider.stop());

const text = 'hé & <llo> 👋';
const directMessage = { kind: 'dm', participantId: '1600', text } satisfies TwitterRequest;
const post = {
  kind: 'post',
  inReplyToPostId: '2200',
  text: 'we are on it',
} satisfies TwitterRequest;

function send(request: TwitterRequest, changes: Record<string, unknown> = {}) {
  return sender.send(request, {
    account: accountOf(),
    credentials,
    apiUrl: provider.url,
    publicUrl,
    messageId: 'm1',
    part: 0,
    attempt: 1,
    timeoutSeconds: 5,
    ...changes,
  });
}

async function sent(): Promise<unknown> {
  return (await fetch(`${provider.url}/_sent`)).json();
}

async function plan(kind: string): Promise<void> {
  const body = JSON.stringify({ kind });
  await fetch(`${provider.url}/_fault`, { method: 'POST', body });
}

describe('send', () => {
  it('sends a direct message once and returns its event id', async () => {
    const outcome = await send(directMessage);
    expect(outcome).toEqual({ kind: 'sent', providerMessageId: expect.stringMatching(/^\d{19}$/) });
    expect(await sent()).toMatchObject([
      {
        to: '1600',
        text: directMessage.text,
        request: {
          path: '/2/dm_conversations/with/1600/messages',
          body: { text: directMessage.text },
        },
      },
    ]);
  });

  it('sends a post as an answer', async () => {
    expect(await send(post)).toMatchObject({ kind: 'sent' });
    expect(await sent()).toMatchObject([
      { request: { body: { text: post.text, reply: { in_reply_to_tweet_id: '2200' } } } },
    ]);
  });

  it('reads X’s own refusal of the same post, and takes it for proof where an earlier attempt may have arrived', async () => {
    await send(post);
    expect(await send(post)).toMatchObject({
      kind: 'failed',
      error: { code: 'duplicate_content' },
    });
    expect(await send(post, { attempt: 2 })).toMatchObject({ kind: 'failed' });
    const unknownSince = '2026-11-21T10:00:00.000Z';
    expect(await send(post, { attempt: 2, unknownSince })).toMatchObject({ kind: 'uncertain' });
  });

  it.each(['consumerKey', 'consumerSecret', 'accessToken', 'accessTokenSecret'])(
    'pauses the account when its %s is wrong',
    async (name) => {
      const wrong = { ...credentials, [name]: 'wrong' };
      expect(await send(post, { credentials: wrong })).toMatchObject({
        kind: 'account_paused',
        error: { code: 'credentials_rejected' },
      });
      expect(await sent()).toEqual([]);
    },
  );

  it.each([
    ['429', { kind: 'not_sent', error: { code: 'provider_throttled' } }],
    ['500', { kind: 'uncertain' }],
    ['402', { kind: 'account_paused', error: { code: 'credits_depleted' } }],
    ['403-duplicate', { kind: 'failed', error: { code: 'duplicate_content' } }],
    ['403-not-summoned', { kind: 'failed', error: { code: 'reply_not_allowed' } }],
    ['349', { kind: 'failed', error: { code: 'recipient_unreachable' } }],
    ['326', { kind: 'account_paused', error: { code: 'account_locked' } }],
    ['226', { kind: 'account_paused', error: { code: 'looks_automated' } }],
    ['385', { kind: 'failed', error: { code: 'post_unavailable' } }],
    ['433', { kind: 'failed', error: { code: 'replies_restricted' } }],
    ['reset-after-accept', { kind: 'uncertain' }],
  ])('classifies the fault %s', async (fault, expected) => {
    await plan(fault);
    expect(await send(directMessage)).toMatchObject(expected);
  });

  it('waits for a limit no longer than X says', async () => {
    await plan('429');
    const outcome = await send(directMessage);
    expect(outcome).toHaveProperty('retryAfterSeconds');
    expect(Object(outcome).retryAfterSeconds).toBeLessThanOrEqual(4);
  });

  it('does not know after a silence, and knows when nobody was there', async () => {
    await plan('hang');
    expect(await send(directMessage, { timeoutSeconds: 0.2 })).toMatchObject({ kind: 'uncertain' });
    const gone = await startSimulator(twitter, []);
    await gone.stop();
    expect(await send(directMessage, { apiUrl: gone.url })).toMatchObject({ kind: 'not_sent' });
  });
});
