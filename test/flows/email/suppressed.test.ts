import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mailbox, openMailbox } from '#test/support/mail/mailbox';
import { replyByHttp, textReply } from '#test/support/replies/replies';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';

let stack: LocalStack;
let mailbox: Mailbox;

beforeAll(async () => {
  stack = await startLocalStack();
  mailbox = openMailbox(stack);
});
afterAll(() => stack.stop());

const dead = 'bounce+ann@simulator.amazonses.com';
const reply = (conversationId: string, replyId: string, more: object = {}) =>
  replyByHttp(stack, conversationId, { ...textReply(conversationId, replyId, replyId), ...more });
const failed = (replyId: string) =>
  stack.helpdesk.waitFor(
    ({ type, data }) => type === 'switchboard.message.failed.v1' && data.replyId === replyId,
  );

describe('an address that a mail came back from', () => {
  it('gets no second one, until its owner writes again', async () => {
    const { conversation } = await mailbox.write({ from: dead, text: 'Ann asks' });
    const { id } = conversation;
    expect((await reply(id, 'first')).status).toBe(202);
    const [event] = await failed('first');
    expect(event?.data).toMatchObject({ errors: [{ code: 'undeliverable' }] });
    const [changed] = await stack.helpdesk.waitFor(({ type }) => type.includes('consent.changed'));
    expect(changed?.data).toMatchObject({
      ...{ category: 'deliverability', state: 'revoked', source: 'bounce' },
    });
    expect(await reply(id, 'second')).toMatchObject({
      status: 409,
      body: { error: 'recipient_suppressed' },
    });
    await mailbox.write({
      ...{ from: dead, text: 'Ann is back', check: 'passed' },
      to: (await sentTo(dead)).replyTo,
    });
    expect((await reply(id, 'third')).status).toBe(202);
  });

  it('is not copied either, and the other one is not held back for it', async () => {
    const { conversation } = await mailbox.write({ from: 'bob@live.example', text: 'Bob asks' });
    const { id } = conversation;
    expect((await reply(id, 'with a copy', { cc: [dead] })).body).toMatchObject({
      error: 'recipient_suppressed',
      reasons: [expect.stringContaining(dead)],
    });
    expect((await reply(id, 'without it')).status).toBe(202);
  });
});

/** The address that an answer to our last mail goes to. */
async function sentTo(address: string) {
  const all = (await (await fetch(`${stack.description.providers['email']}/_sent`)).json()) as {
    readonly to: string;
    readonly request: { readonly headers: { readonly name: string; readonly value: string }[] };
  }[];
  const { request } = all.find(({ to }) => to === address) ?? all[0] ?? {};
  const header = request?.headers.find(({ name }) => name.toLowerCase() === 'reply-to');
  return { replyTo: /[^\s<>]+@[^\s<>]+/.exec(header?.value ?? '')?.[0] ?? '' };
}
