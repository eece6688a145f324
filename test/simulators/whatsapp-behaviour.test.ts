import { describe, expect, it, vi } from 'vitest';
import { customer, text, whatsappHarness } from './whatsapp-harness.ts';

const { ask, send, write, values, received } = whatsappHarness();
const conditions = (change: object) => ask('POST', '/_conditions', change);
const clock = (offsetSeconds: number) => ask('POST', '/_clock', { offsetSeconds });
const hour = 3600;
const template = {
  ...text,
  type: 'template',
  text: undefined,
  template: { name: 'order_update', language: { code: 'de' } },
};

describe('the reply window', () => {
  it('closes 24 hours after the customer wrote; templates still go out, and a message reopens it', async () => {
    await write({ text: 'hi' });
    await clock(24 * hour - 5);
    expect((await send(text)).status).toBe(200);
    await clock(24 * hour + 5);
    const refused = await send(text);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      message: '(#131047) Re-engagement message',
      type: 'OAuthException',
      code: 131047,
      error_data: {
        messaging_product: 'whatsapp',
        details:
          'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
      },
    });
    const taken = await send(template);
    expect(taken.body.messages).toMatchObject([{ message_status: 'accepted' }]);
    await write({ text: 'still here' });
    expect((await send(text)).status).toBe(200);
  });

  it('is one for phone and BSUID, and one for each of our numbers', async () => {
    await write({ text: 'hi' });
    await clock(25 * hour);
    const [contact] = (await send(template)).body.contacts;
    const { to: _, ...nobody } = text;
    expect((await send({ ...nobody, recipient: contact.user_id })).body.error.code).toBe(131047);
    expect((await send(text, 'EAA', '600700800900')).status).toBe(200);
  });

  it('of somebody who never wrote is closed only where that is asked for', async () => {
    expect((await send(text)).status).toBe(200);
    await conditions({ strictWindow: true });
    expect((await send(text)).body.error.code).toBe(131047);
    await write({ message: { type: 'system', system: { type: 'user_changed_number' } } });
    expect((await send(text)).body.error.code).toBe(131047);
    await write({ text: 'hi' });
    expect((await send(text)).status).toBe(200);
  });
});

describe('the pair limit', () => {
  it('lets 45 go in a burst, then one in six seconds, to each customer', async () => {
    await conditions({ delayMilliseconds: 60_000 });
    let sent = 0;
    let answer = await send(text);
    for (; answer.status === 200 && sent < 100; sent += 1) answer = await send(text);
    // A slow machine has earned one or the other meanwhile.
    expect(sent).toBeGreaterThanOrEqual(45);
    expect(sent).toBeLessThan(60);
    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 131056,
          message: '(#131056) (Business Account, Consumer Account) pair rate limit hit',
        },
      },
    });
    expect((await send({ ...text, to: '+491700000000' })).status).toBe(200);
    await clock(7);
    expect((await send(text)).status).toBe(200);
  });
});

describe('the conditions', () => {
  it('of Meta are some more than those of every provider', async () => {
    const { waiting, ...usual } = (await ask('GET', '/_conditions')).body;
    expect(waiting).toBe(0);
    expect(usual).toEqual({
      statuses: 'normal',
      batch: 1,
      repeat: false,
      reorder: false,
      strictWindow: false,
      read: false,
    });
    const { status, body } = await conditions({ failWith: 'often' });
    expect(status).toBe(400);
    expect(body.error).toBe('failWith: given "often", expected number');
    await conditions({ batch: 5, read: true });
    expect((await ask('DELETE', '/_conditions')).body).toEqual(usual);
  });

  it('joins what several customers wrote, and the statuses, into one body', async () => {
    await conditions({ batch: 1000, delayMilliseconds: 60_000 });
    const people = ['+491701111111', '+491702222222', 'DE.44'];
    const written = people.map((from) => write({ from, text: from, name: from }));
    await send(text);
    await vi.waitFor(async () => {
      expect((await ask('GET', '/_conditions')).body.waiting).toBe(people.length + 2);
    }, 10_000);
    await ask('DELETE', '/_conditions');
    for (const { body } of await Promise.all(written)) expect(body.status).toBe(200);
    expect(received).toHaveLength(1);
    const [value] = await values(1);
    expect(value?.messages?.map((message) => message['text'])).toEqual(
      expect.arrayContaining(people.map((body) => ({ body }))),
    );
    expect(value?.statuses?.map(({ status }) => status)).toEqual(['sent', 'delivered']);
    expect(value?.contacts).toHaveLength(5);
  });

  it('gives each account its own body', async () => {
    await conditions({ batch: 10 });
    await Promise.all([write({ text: 'a' }), write({ text: 'b', account: 'other' })]);
    const numbers = (await values(2)).map(({ metadata }) => metadata['phone_number_id']);
    expect(new Set(numbers).size).toBe(2);
  });

  it('repeats and reorders', async () => {
    await conditions({ repeat: true, reorder: true, delayMilliseconds: 1000 });
    await send(text);
    const statuses = (await values(4)).flatMap((value) => value.statuses ?? []);
    expect(statuses.map(({ status }) => status)).toEqual([
      'delivered',
      'delivered',
      'sent',
      'sent',
    ]);
  });

  it('lets messages fail afterwards, with the error and without a contact', async () => {
    await conditions({ failWith: 131049 });
    expect((await send(text)).status).toBe(200);
    const [value] = await values(1);
    expect(value).not.toHaveProperty('contacts');
    expect(value?.statuses).toMatchObject([
      {
        status: 'failed',
        errors: [{ code: 131049, title: expect.any(String), error_data: {} }],
      },
    ]);
    expect(value?.statuses?.[0]).not.toHaveProperty('pricing');
  });

  it('has customers who read at once', async () => {
    await conditions({ read: true });
    await send({ ...template, to: customer });
    const statuses = (await values(3)).flatMap((value) => value.statuses ?? []);
    expect(statuses.map(({ status }) => status)).toEqual(['sent', 'delivered', 'read']);
    expect(statuses[0]).toMatchObject({ pricing: { category: 'utility', billable: true } });
    expect(statuses[2]).not.toHaveProperty('pricing');
  });
});

describe('a status on demand', () => {
  it('is told of a message that was sent, and of no other', async () => {
    const { id } = (await send({ ...text, biz_opaque_callback_data: 'm.0.1' })).body.messages[0];
    await values(2);
    const told = await ask('POST', '/_status', { messageId: id, status: 'played' });
    expect(told.body).toEqual({ status: 200 });
    await ask('POST', '/_status', { messageId: id, status: 'failed', code: 131047 });
    const statuses = (await values(4)).flatMap((value) => value.statuses ?? []).slice(2);
    expect(statuses).toMatchObject([
      { id, status: 'played', biz_opaque_callback_data: 'm.0.1' },
      { id, status: 'failed', errors: [{ code: 131047, title: 'Re-engagement message' }] },
    ]);
    const unknown = await ask('POST', '/_status', { messageId: 'wamid.x', status: 'read' });
    expect(unknown.status).toBe(400);
  });
});
