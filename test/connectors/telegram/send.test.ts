import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mediaSource } from '#connectors/telegram/media-source';
import type { TelegramRequest } from '#connectors/telegram/outbound/render';
import { sender } from '#connectors/telegram/sender';
import { account, credentials } from './signed-webhook.ts';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The Bot API as a test scripts it: what it was asked, and what it answers next. */
const asked: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
const script: { next: Answer | 'reset' | 'silence' } = { next: { status: 200 } };
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { url = '', headers } = request;
  asked.push({ path: url, headers, body: Buffer.concat(chunks).toString('utf8') });
  const { next } = script;
  if (next === 'reset') response.destroy();
  else if (next !== 'silence') {
    const { body = '' } = next;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(next.status, next.headers).end(text);
  }
});
const api = { url: '' };
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
});

const context = () => ({
  ...{ account, credentials, apiUrl: api.url, publicUrl: 'https://api.example/w' },
  ...{ messageId: 'msg_a', part: 0, attempt: 1, timeoutSeconds: 0.5 },
});
const request: TelegramRequest = { method: 'sendMessage', body: { chat_id: 5, text: 'hi' } };
const attempt = (next: typeof script.next, given: TelegramRequest = request) => {
  script.next = next;
  return sender.send(given, context());
};
const refusal = (error_code: number, description: string, parameters?: object): Answer => ({
  status: error_code,
  body: { ok: false, error_code, description, ...(parameters ? { parameters } : {}) },
});
const taken = { ok: true, result: { message_id: 42, chat: { id: 5, type: 'private' }, date: 1 } };
const secret = credentials.botToken;

describe('an attempt at Telegram', () => {
  it('is one POST below the bot’s token, and names the message by bot, chat and number', async () => {
    expect(await attempt({ status: 200, body: taken })).toEqual({
      kind: 'sent',
      providerMessageId: '7005550006:5:42',
    });
    expect(asked).toMatchObject([
      { path: `/bot${secret}/sendMessage`, body: '{"chat_id":5,"text":"hi"}' },
    ]);
  });

  it.each<[string, Answer, object]>([
    [
      '429',
      refusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
      {
        kind: 'not_sent',
        retryAfterSeconds: 7,
        error: { code: 'provider_throttled', retryable: true },
      },
    ],
    [
      '429 of a proxy in its words',
      { ...refusal(429, 'Too Many Requests'), headers: { 'retry-after': '9' } },
      { kind: 'not_sent', retryAfterSeconds: 9 },
    ],
    [
      'a wrong token',
      refusal(401, 'Unauthorized'),
      { kind: 'account_paused', error: { code: 'credentials_rejected', providerCode: '401' } },
    ],
    [
      'a token of no form',
      refusal(404, 'Not Found'),
      { kind: 'account_paused', error: { code: 'credentials_rejected' } },
    ],
    [
      'a bot that is blocked',
      refusal(403, 'Forbidden: bot was blocked by the user'),
      { kind: 'failed', error: { code: 'recipient_unreachable', retryable: false } },
    ],
    [
      'a user who is gone',
      refusal(403, 'Forbidden: user is deactivated'),
      { kind: 'failed', error: { code: 'recipient_unreachable' } },
    ],
    [
      'no such chat',
      refusal(400, 'Bad Request: chat not found'),
      { kind: 'failed', error: { code: 'invalid_recipient' } },
    ],
    [
      'a group that has moved',
      refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: -1001,
      }),
      { kind: 'failed', error: { code: 'invalid_recipient' } },
    ],
    [
      'a long text',
      refusal(400, 'Bad Request: message is too long'),
      { kind: 'failed', error: { code: 'text_too_long' } },
    ],
    [
      'a long caption',
      refusal(400, 'Bad Request: message caption is too long'),
      { kind: 'failed', error: { code: 'text_too_long' } },
    ],
    [
      'a file that cannot be fetched',
      refusal(400, 'Bad Request: failed to get HTTP URL content'),
      { kind: 'failed', error: { code: 'media_rejected' } },
    ],
    [
      'a picture that is none',
      refusal(400, 'Bad Request: IMAGE_PROCESS_FAILED'),
      { kind: 'failed', error: { code: 'media_rejected' } },
    ],
    ...[
      "can't use file of type Video as Photo",
      "can't upload file by URL",
      'MEDIA_INVALID',
      'DOCUMENT_INVALID',
      'PHOTO_INVALID_DIMENSIONS',
      'wrong file identifier/HTTP URL specified',
    ].map((words): [string, Answer, object] => [
      `a file by “${words}”`,
      refusal(400, `Bad Request: ${words}`),
      { kind: 'failed', error: { code: 'media_rejected' } },
    ]),
    [
      'a button’s address',
      refusal(
        400,
        "Bad Request: inline keyboard button URL 'http://web page' is invalid: Wrong HTTP URL",
      ),
      { kind: 'failed', error: { code: 'request_rejected' } },
    ],
    [
      'a file that is too large',
      refusal(413, 'Request Entity Too Large'),
      { kind: 'failed', error: { code: 'media_too_large' } },
    ],
    [
      'a refusal in new words',
      refusal(400, 'Bad Request: MOON_IN_WRONG_PHASE'),
      {
        kind: 'failed',
        error: { code: 'request_rejected', title: 'Bad Request: MOON_IN_WRONG_PHASE' },
      },
    ],
    [
      'an unknown status',
      refusal(406, 'Not Acceptable'),
      { kind: 'failed', error: { code: 'request_rejected' } },
    ],
    [
      'a fault of Telegram',
      refusal(500, 'Internal Server Error'),
      { kind: 'uncertain', error: { code: 'outcome_unknown' } },
    ],
    ['a proxy’s 502', { status: 502, body: '<html>' }, { kind: 'uncertain' }],
    ['a 403 that is not Telegram’s', { status: 403, body: '<html>' }, { kind: 'uncertain' }],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://elsewhere.example' } },
      { kind: 'uncertain' },
    ],
    [
      '200 without a message',
      { status: 200, body: { ok: true, result: true } },
      { kind: 'uncertain' },
    ],
    [
      '200 that says no',
      { status: 200, body: { ok: false, description: 'no' } },
      { kind: 'uncertain' },
    ],
    ['200 that is not JSON', { status: 200, body: 'OK' }, { kind: 'uncertain' }],
  ])('is told of %s', async (_, answer, outcome) => {
    const told = await attempt(answer);
    expect(told).toMatchObject(outcome);
    expect(JSON.stringify(told)).not.toContain(secret);
  });

  it('is uncertain after a timeout and a reset, and not sent where nobody listens', async () => {
    for (const ending of ['silence', 'reset'] as const) {
      const told = await attempt(ending);
      expect(told).toMatchObject({ kind: 'uncertain', error: { code: 'outcome_unknown' } });
      expect(JSON.stringify(told)).not.toContain(secret);
    }
    const nowhere = { ...context(), apiUrl: 'http://127.0.0.1:1' };
    const told = await sender.send(request, nowhere);
    expect(told).toMatchObject({ kind: 'not_sent' });
    expect(JSON.stringify(told)).not.toContain(secret);
    expect(sender.reconcile).toBeUndefined();
  });

  it('carries a file of ours in a form, with its name and its type', async () => {
    const photo: TelegramRequest = {
      method: 'sendPhoto',
      body: { chat_id: 5, caption: 'our shop', reply_parameters: { message_id: 3 } },
      file: {
        parameter: 'photo',
        uri: 's3://a/uploads/a.png',
        contentType: 'image/png',
        fileName: 'a.png',
      },
    };
    const ready = await sender.upload?.(photo, [Buffer.from('the bytes')], context());
    expect(asked).toEqual([]);
    if (ready?.kind !== 'uploaded') throw new Error('not ready');
    await attempt({ status: 200, body: taken }, ready.request as TelegramRequest);
    const [sent] = asked;
    const form = await new Response(sent?.body ?? '', {
      headers: { 'content-type': sent?.headers['content-type'] ?? '' },
    }).formData();
    expect(Object.fromEntries(form)).toMatchObject({
      ...{ chat_id: '5', caption: 'our shop', reply_parameters: '{"message_id":3}' },
      photo: { name: 'a.png', type: 'image/png', size: 9 },
    });
  });

  it('shows that we write, in the chat of the message', async () => {
    script.next = { status: 200, body: { ok: true, result: true } };
    const sign = {
      ...{ signal: 'typing' as const, providerMessageId: '7005550006:5:press:9' },
      businessIdentity: {
        channel: 'telegram',
        kind: 'user_id',
        scope: '',
        address: '7005550006',
      } as const,
    };
    expect(await sender.signal?.(sign, context())).toBe(true);
    expect(asked).toMatchObject([
      { path: `/bot${secret}/sendChatAction`, body: '{"chat_id":5,"action":"typing"}' },
    ]);
    script.next = refusal(403, 'Forbidden: bot was blocked by the user');
    expect(await sender.signal?.(sign, context())).toBe(false);
  });
});

describe('a file at Telegram', () => {
  const locate = (next: typeof script.next) => {
    script.next = next;
    return mediaSource.locate({ reference: 'BQACA' }, context());
  };
  const found = (result: object): Answer => ({ status: 200, body: { ok: true, result } });

  it('is where getFile says, below the token', async () => {
    const file = {
      file_id: 'BQACA',
      file_unique_id: 'A',
      file_size: 7,
      file_path: 'documents/file_1',
    };
    expect(await locate(found(file))).toEqual({
      ...{ kind: 'found', headers: {}, sizeBytes: 7 },
      url: `${api.url}/file/bot${secret}/documents/file_1`,
    });
    expect(asked).toMatchObject([{ path: `/bot${secret}/getFile`, body: '{"file_id":"BQACA"}' }]);
    expect(mediaSource.maxSizeBytes).toBe(20_971_520);
  });

  it.each<[string, Answer | 'silence', object]>([
    ['larger than 20 MB', refusal(400, 'Bad Request: file is too big'), { kind: 'failed' }],
    ['of an id that is none', refusal(400, 'Bad Request: invalid file_id'), { kind: 'failed' }],
    [
      'not there now',
      refusal(400, 'Bad Request: wrong file_id or the file is temporarily unavailable'),
      { kind: 'later' },
    ],
    [
      'asked for too often',
      refusal(429, 'Too Many Requests', { retry_after: 12 }),
      { kind: 'later', retryAfterSeconds: 12 },
    ],
    ['asked for with a wrong token', refusal(401, 'Unauthorized'), { kind: 'later' }],
    ['behind a fault', { status: 502, body: '<html>' }, { kind: 'later' }],
    ['without a path', found({ file_id: 'BQACA' }), { kind: 'later' }],
    ['behind silence', 'silence', { kind: 'later' }],
  ])('that is %s', async (_, answer, location) => {
    const told = await locate(answer);
    expect(told).toMatchObject(location);
    expect(JSON.stringify(told)).not.toContain(secret);
  });
});
