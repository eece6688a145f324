import { describe, expect, it } from 'vitest';
import { declaration } from '#connectors/telegram/declaration';
import { webhook } from '#connectors/telegram/webhook';
import {
  account,
  context,
  credentials,
  header,
  itemsOf,
  post,
  secretToken,
} from './signed-webhook.ts';

const text = (chat: object) => ({
  update_id: 7,
  message: { message_id: 1, date: 1, chat, text: 'a' },
});
const body = JSON.stringify(text({ id: 5, type: 'private' }));

describe('the webhook endpoint of Telegram', () => {
  it('takes what carries the secret token, and answers 200', () => {
    expect(webhook.verify(post(body), context)).toMatchObject({
      kind: 'items',
      items: [{ groupKey: ['7005550006', '5'], deduplicationId: '7' }],
      response: { statusCode: 200 },
    });
  });

  it('takes both tokens while one is replaced by the other', () => {
    const before = { ...credentials, secretToken: 'the-one-before' };
    const rotating = { ...context, credentials: [credentials, before] };
    expect(webhook.verify(post(body, 'the-one-before'), rotating).kind).toBe('items');
    expect(webhook.verify(post(body, secretToken), rotating).kind).toBe('items');
    expect(webhook.verify(post(body, 'the-one-after'), rotating).kind).toBe('refused');
  });

  it.each([
    '',
    secretToken.toUpperCase(),
    `${secretToken}x`,
    secretToken.slice(1),
    `${secretToken},${secretToken}`,
  ])('refuses the token %j', (token) => {
    const outcome = webhook.verify(post(body, token), context);
    expect(outcome).toMatchObject({ kind: 'refused', statusCode: 401 });
  });

  it('refuses a request without a token, a GET, and everything where no secret is known', () => {
    const { [header]: _, ...others } = post(body).headers;
    expect(webhook.verify({ ...post(body), headers: others }, context).kind).toBe('refused');
    expect(webhook.verify({ ...post(body), method: 'GET' }, context).kind).toBe('refused');
    expect(webhook.verify(post(body), { ...context, credentials: [] }).kind).toBe('refused');
    const empty = { ...context, credentials: [{ ...credentials, secretToken: '' }] };
    expect(webhook.verify(post(body, ''), empty).kind).toBe('refused');
  });

  it.each([
    ['not JSON', 'not a JSON object'],
    ['[1]', 'not a JSON object'],
    ['{"message":{}}', 'no update_id'],
    ['{"update_id":"7"}', 'no update_id'],
  ])('sets %s aside as unreadable, with its body', (given, unreadable) => {
    const outcome = webhook.verify(post(given), context);
    expect(outcome).toMatchObject({
      kind: 'items',
      items: [{ unreadable, payload: { body: given } }],
    });
  });

  it('keeps the order of a customer, whatever the update is', () => {
    const chat = { id: 5, type: 'private' };
    const from = { id: 5, first_name: 'Ada' };
    const all = [
      text(chat),
      { update_id: 8, edited_message: { chat, message_id: 1 } },
      { update_id: 9, callback_query: { id: '1', from, message: { chat } } },
      { update_id: 10, callback_query: { id: '1', from } },
      { update_id: 11, poll_answer: { user: from } },
    ];
    for (const update of all) expect(itemsOf(update)[0]?.groupKey).toEqual(['7005550006', '5']);
    expect(itemsOf({ update_id: 12, poll: { id: '1' } })[0]?.groupKey[1]).not.toBe('');
  });

  it('confirms the press of a button in its answer, as the Bot API allows', () => {
    const press = { update_id: 9, callback_query: { id: '4382', from: { id: 5 }, data: 'y' } };
    const outcome = webhook.verify(post(JSON.stringify(press)), context);
    expect(outcome).toMatchObject({
      response: {
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"method":"answerCallbackQuery","callback_query_id":"4382"}',
      },
    });
  });
});

describe('the settings of a bot', () => {
  const accepts = (secret: string) => {
    try {
      webhook.readCredentials({ ...credentials, secretToken: secret });
      return true;
    } catch {
      return false;
    }
  };

  it('have a secret token of 1 to 256 letters that Telegram allows', () => {
    expect(['a', 'a'.repeat(256), 'AZ-az_09'].map(accepts)).toEqual([true, true, true]);
    expect(['', 'a'.repeat(257), 'a b', 'ä', 'a.b'].map(accepts)).toEqual(Array(5).fill(false));
  });

  it('have a bot id as their address', () => {
    expect(webhook.readAccount(account)).toEqual(account);
    for (const address of ['', 'shop_bot', '-100', '7005550006:token']) {
      expect(() => webhook.readAccount({ address })).toThrow();
    }
  });

  it('say that a sent reply is the last that is heard of it', () => {
    expect(declaration).not.toHaveProperty('looksUpAttempts');
  });
});
