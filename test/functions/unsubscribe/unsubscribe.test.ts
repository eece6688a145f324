import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { unsubscribeUrl } from '#connectors/email/unsubscribe';
import { unsubscribeLinks } from '#connectors/unsubscribe-links';
import { unsubscriber } from '#functions/unsubscribe/unsubscribe';
import type { UnsubscribeLink } from '#shared/connector/unsubscribe-link';
import { ConnectorError } from '#shared/errors';

const keys = { shop: 'the key of the shop, 32 letters…', press: 'the key of the press desk, long' };
const accounts = Object.keys(keys).map((account) => ({
  ...{ connector: 'email', account, apiUrl: 'https://email.example', secretId: account },
  publicUrl: `https://api.example/webhooks/email/${account}`,
  settings: { address: `${account}@shop.example` },
}));
const mail = { messageId: `msg_${'a'.repeat(26)}_7`, recipient: 'ada@customer.example' };

function tokenOf(account: keyof typeof keys, key: string = keys[account]): string {
  const publicUrl = `https://api.example/webhooks/email/${account}`;
  return (
    unsubscribeUrl({ ...mail, publicUrl, key })
      .split('/')
      .at(-1) ?? ''
  );
}

interface Asked {
  readonly method?: string;
  readonly account?: string;
  readonly token?: string;
  readonly body?: string;
  readonly type?: string;
  readonly now?: string;
  readonly sets?: readonly string[];
  readonly isDown?: boolean;
}

const form = 'application/x-www-form-urlencoded';

/** The answer to one request, and what was done for it. */
async function ask(asked: Asked = {}) {
  const { method = 'POST', account = 'shop', token = tokenOf('shop'), type = form } = asked;
  const { body = 'List-Unsubscribe=One-Click', now = '2026-11-27T10:00:00.000Z' } = asked;
  const queued: object[] = [];
  const refused: object[] = [];
  const take = unsubscriber({
    ...{ connector: 'email', accounts, now: () => new Date(now) },
    link: unsubscribeLinks['email'] as UnsubscribeLink,
    secrets: {
      of: async (secretId, read) =>
        (asked.sets ?? [keys[secretId as keyof typeof keys]]).map((replyTokenKey) =>
          read({ replyTokenKey }),
        ),
      current: async () => ({}),
    },
    enqueue: async (items) => {
      if (asked.isDown) throw new ConnectorError('unavailable', 'SQS');
      queued.push(...items);
    },
    refused: (details) => refused.push(details),
  });
  const event = {
    ...{ rawPath: '', rawQueryString: '', headers: { 'content-type': type } },
    pathParameters: { account, token },
    requestContext: { http: { method } },
    ...(method === 'POST' ? { body: Buffer.from(body).toString('base64') } : {}),
    isBase64Encoded: method === 'POST',
  } as unknown as APIGatewayProxyEventV2;
  const answer = await take(event).catch((fault: ConnectorError) => fault.code);
  return { answer, queued, refused };
}

describe('an unsubscribe link', () => {
  it('unsubscribes when it is posted to: one item, queued before the answer', async () => {
    const { answer, queued } = await ask();
    expect(answer).toMatchObject({
      statusCode: 200,
      body: expect.stringContaining('unsubscribed'),
    });
    expect(queued).toEqual([
      {
        ...{ connector: 'email', account: 'shop', receivedAt: '2026-11-27T10:00:00.000Z' },
        groupKey: ['shop@shop.example', mail.recipient],
        deduplicationId: `unsubscribe:${mail.messageId}:${mail.recipient}:2026-11-27`,
        payload: expect.objectContaining({ kind: 'unsubscribe', recipient: mail.recipient }),
      },
    ]);
  });

  it('takes both forms of the body that mail programs send', async () => {
    const body =
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
    const { answer, queued } = await ask({ body, type: 'multipart/form-data; boundary=x' });
    expect(answer).toMatchObject({ statusCode: 200 });
    expect(queued).toHaveLength(1);
  });

  it('shows a page with a button when it is opened, and unsubscribes nobody', async () => {
    const { answer, queued } = await ask({ method: 'GET' });
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: {
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'referrer-policy': 'no-referrer',
      },
      body: expect.stringMatching(/<form method="post"><button name="List-Unsubscribe"/),
    });
    expect(queued).toEqual([]);
  });

  it('counts once a day, so that one who has subscribed again can use it again', async () => {
    const ids = await Promise.all(
      ['2026-11-27T10:00:00.000Z', '2026-11-27T23:00:00.000Z', '2026-12-01T00:00:00.000Z'].map(
        async (now) => (await ask({ now })).queued.map((each) => Object.entries(each)),
      ),
    );
    const id = (entries: (typeof ids)[number]) =>
      new Map(entries[0] as [string, unknown][]).get('deduplicationId');
    const [first, second, third] = ids.map(id);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('stays valid through a rotation of the key', async () => {
    const { queued } = await ask({ sets: ['a new key of sixteen letters', keys.shop] });
    expect(queued).toHaveLength(1);
  });

  it.each<[string, Asked]>([
    ['made with another key', { token: tokenOf('shop', 'another key of sixteen') }],
    ['of another account', { token: tokenOf('press') }],
    [
      'changed by one letter',
      { token: tokenOf('shop').replace(/.$/, (x) => (x === 'A' ? 'B' : 'A')) },
    ],
    ['without a hash', { token: tokenOf('shop').split('.')[0] ?? '' }],
    ['that is empty', { token: '' }],
    ['longer than any', { token: `${'A'.repeat(5000)}.${'A'.repeat(43)}` }],
  ])(
    'with a token %s is refused for GET and POST alike, and nothing is queued',
    async (_, asked) => {
      for (const method of ['GET', 'POST']) {
        // The token is verified first: what else is wrong is not told.
        const { answer, queued, refused } = await ask({ ...asked, method, type: 'text/plain' });
        expect(answer).toMatchObject({ statusCode: 401, body: '{"error":"not_verified"}' });
        expect(queued).toEqual([]);
        expect(refused).toEqual([{ account: 'shop' }]);
      }
    },
  );

  it.each<[string, Asked]>([
    ['unknown_account', { account: 'nobody' }],
    ['body_too_large', { body: `List-Unsubscribe=One-Click&x=${'y'.repeat(4000)}` }],
    ['unreadable_payload', { body: 'List-Unsubscribe=Two-Clicks' }],
    ['unreadable_payload', { body: '' }],
    ['unreadable_payload', { body: 'List-Unsubscribe=One-Click', type: 'multipart/form-data' }],
    ['unsupported_media_type', { type: 'application/json' }],
  ])('answers %s', async (code, asked) => {
    const { answer, queued } = await ask(asked);
    expect(answer).toBe(code);
    expect(queued).toEqual([]);
  });

  it('is not answered 200 when the queue has not taken it', async () => {
    expect((await ask({ isDown: true })).answer).toBe('unavailable');
  });
});
