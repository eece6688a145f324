import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everythingWritten, untilIdle } from '#test/support/aws/stored';
import { type Mailbox, openMailbox } from '#test/support/mail/mailbox';
import { replyByHttp, textReply } from '#test/support/replies/replies';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { loggedWords } from '#test/support/stack/logs';

const recipient = 'fred@customer.example';

let stack: LocalStack;
let mailbox: Mailbox;
let conversationId: string;
let link: string;

beforeAll(async () => {
  // A campaign waits for the sweep.
  stack = await startLocalStack(undefined, 'local', undefined, 1);
  mailbox = openMailbox(stack);
  const first = await mailbox.write({ text: 'Tell me of your offers.' });
  conversationId = first.conversation.id;
  const sent = await reply('Our offers of this week.', 'marketing');
  expect(sent.status).toBe(202);
  await stack.helpdesk.waitFor(
    ({ type, data }) => type.includes('.delivered.') && data.replyId === sent.replyId,
  );
  link = await linkInMail();
});
afterAll(() => stack.stop());

async function reply(text: string, purpose?: 'marketing') {
  const replyId = randomUUID();
  const command = { ...textReply(conversationId, replyId, text), ...(purpose ? { purpose } : {}) };
  return { replyId, ...(await replyByHttp(stack, conversationId, command)) };
}

interface SentMail {
  readonly request: { readonly headers: { readonly name: string; readonly value: string }[] };
}

/** The link that the header of the campaign's mail carries. */
async function linkInMail(): Promise<string> {
  const { email } = stack.description.providers;
  const mails = (await (await fetch(`${email}/_sent`)).json()) as SentMail[];
  const headers = mails.flatMap(({ request }) => request.headers);
  const header = headers.find(({ name }) => name.toLowerCase() === 'list-unsubscribe');
  return /^<(http[^>]+)>/.exec(header?.value ?? '')?.[1] ?? '';
}

function click(url: string, body = 'List-Unsubscribe=One-Click') {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return fetch(url, { method: 'POST', headers, body });
}

/** The words of consent that the helpdesk was told. */
const consents = () =>
  stack.helpdesk.heard
    .filter(({ event }) => event.type === 'switchboard.consent.changed.v1')
    .map(({ event }) => event.data as unknown as Record<string, unknown>);

describe('the link in a campaign', () => {
  it('leaves nothing behind when its token is forged', async () => {
    await untilIdle(stack);
    const before = await everythingWritten(stack);
    const forged = [
      link.replace(/.$/, (letter) => (letter === 'A' ? 'B' : 'A')),
      link.replace('/main/', '/other/'),
      link.replace(/[^/]+$/, 'x'),
    ];
    for (const url of forged) {
      expect([401, 404]).toContain((await click(url)).status);
      expect([401, 404]).toContain((await fetch(url)).status);
    }
    expect(await everythingWritten(stack)).toEqual(before);
  });

  it('shows a button when it is opened, and changes nothing', async () => {
    const answer = await fetch(link);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<form method="post">');
    await untilIdle(stack);
    expect(consents()).toEqual([]);
    expect((await reply('More offers.', 'marketing')).status).toBe(202);
  });

  it('unsubscribes with one click: a notice in its conversation, told once', async () => {
    for (const _ of [1, 2, 3]) expect((await click(link)).status).toBe(200);
    const [event] = await stack.helpdesk.waitFor(
      ({ data }) => data.message?.text === '[unsubscribed]',
    );
    expect(event?.data.message).toMatchObject({
      conversationId,
      content: { type: 'notice', kind: 'unsubscribed' },
      author: { identity: { address: recipient } },
    });
    await untilIdle(stack);
    expect(consents()).toEqual([
      expect.objectContaining({
        ...{ category: 'marketing_messages', state: 'revoked', source: 'unsubscribe' },
        ...{ evidence: 'List-Unsubscribe=One-Click', sender: mailbox.address },
      }),
    ]);
  });

  it('stops campaigns, and no answers', async () => {
    const { status, body } = await reply('Still more offers.', 'marketing');
    expect([status, body]).toMatchObject([409, { error: 'recipient_opted_out' }]);
    expect((await reply('Here is your invoice.')).status).toBe(202);
  });

  it('stands in no log, and neither does the address in it', () => {
    const token = link.slice(link.lastIndexOf('/') + 1);
    expect(loggedWords(stack.description, [token, token.split('.')[0] ?? ''])).toEqual([]);
  });
});
