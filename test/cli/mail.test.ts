import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '#infra/cli/cli-error';
import { type RunningStack, startStack } from '#infra/local/stack';
import { scratchFolder } from '#test/support/runner/scratch';
import { capture } from './capture.ts';

let folder: string;
let running: RunningStack;

beforeAll(async () => {
  folder = scratchFolder('cli-mail-');
  running = await startStack({ localDir: join(folder, 'stack'), port: 0, quiet: true });
}, 120_000);
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const switchboard = (...args: string[]) => capture(args, join(folder, 'stack'));
const lines = async (...args: string[]) => (await switchboard(...args)).data.join('\n');

/** The refusal of a command: its sentence, and what to do. */
async function refusalOf(...args: string[]): Promise<string> {
  const { fault } = await switchboard(...args);
  return fault instanceof CliError ? `${fault.message}\n${fault.next}` : String(fault);
}

async function simulator(method: string, path: string, body?: object): Promise<unknown> {
  const url = `${running.stack.providers['email']}${path}`;
  const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  return response.json();
}

/** A customer writes; resolves with the conversation. */
async function written(from: string, ...more: string[]): Promise<Record<string, string>> {
  const { data } = await switchboard(
    'send',
    'email',
    '--from',
    from,
    '--text',
    'hi',
    '--json',
    ...more,
  );
  return JSON.parse(data[0] ?? '{}');
}

interface Sent {
  readonly messageId: string;
  readonly to: string;
  readonly raw: string;
}
const sentTo = async (address: string) =>
  ((await simulator('GET', '/_sent')) as Sent[]).filter(({ to }) => to === address);

describe('a mail', () => {
  it('is shown with the people who get it, and its conversation with those who take part', async () => {
    const { conversationId = '' } = await written(
      'ada@customer.example',
      '--cc',
      'bob@customer.example',
    );
    const people = '(to help@support.localhost; cc bob@customer.example)';
    const shown = await lines('show', conversationId);
    expect(shown).toContain('  with      bob@customer.example\n');
    expect(shown).toContain(`hi ${people}`);
    const told = await lines('tail', '--once');
    expect(told).toContain(`#1 ada@customer.example: hi ${people}`);
    expect(told).toMatch(
      /conversation\.opened .* ada@customer\.example, with bob@customer\.example$/m,
    );
  });

  it('that is late, and then comes back, is told as delayed, and the consent with it', async () => {
    await simulator('POST', '/_conditions', { statuses: 'none' });
    const { conversationId = '' } = await written('late@customer.example');
    await switchboard('reply', conversationId, 'Hello');
    const [{ messageId } = { messageId: '' }] = await sentTo('late@customer.example');
    await simulator('POST', '/_status', { messageId, status: 'delayed' });
    const shown = () => lines('show', conversationId);
    await expect
      .poll(shown, { timeout: 10_000 })
      .toContain('sent (delivery_delayed: not delivered yet;');
    await simulator('POST', '/_status', { messageId, status: 'failed', code: 'Permanent/General' });
    await expect.poll(shown, { timeout: 10_000 }).toContain('failed (undeliverable');
    expect(await shown()).toContain('sent (delivery_delayed: not delivered yet) ');
    const told = (await lines('tail', '--once')).split('\n');
    const own = told.filter((line) => line.includes(conversationId.slice(0, 12)));
    expect(own.map((line) => line.split(/ +/)[2]).slice(-3)).toEqual([
      'message.sent',
      'message.failed',
      'consent.changed',
    ]);
    expect(own.at(-1)).toContain('deliverability: revoked');
    await simulator('DELETE', '/_conditions');
  });
});

describe('a reply by mail', () => {
  it('can be that of a bot, answer a certain message, and be a campaign’s', async () => {
    const { conversationId = '', messageId = '' } = await written('options@customer.example');
    await written('options@customer.example');
    const args = ['reply', conversationId, 'Hello', '--answers', messageId, '--bot'];
    expect((await switchboard(...args)).fault).toBeUndefined();
    const [{ raw } = { raw: '' }] = await sentTo('options@customer.example');
    expect(raw).toMatch(/^Auto-Submitted: auto-/im);
    const { data } = await switchboard('show', conversationId, '--json');
    expect(data.join('\n')).toContain('"role":"bot"');
    expect(await refusalOf('reply', conversationId, 'Sale', '--purpose', 'sales')).toContain(
      'purpose: "sales"; allowed: marketing',
    );
    const wrong = await refusalOf('reply', conversationId, 'Hello', '--answers', 'msg_none');
    expect(wrong).toContain('inReplyToMessageId');
  });

  it('names the mails before it by the ids under which they left', async () => {
    const { conversationId = '' } = await written('thread@customer.example');
    for (const text of ['One', 'Two']) await switchboard('reply', conversationId, text);
    const [first, second] = (await sentTo('thread@customer.example')).map(({ raw }) => raw);
    const [, id = 'none'] = /^Message-ID: *(<[^>]+>)/im.exec(first ?? '') ?? [];
    const [references = ''] = /^References:.*(?:\r\n[ \t].*)*/im.exec(second ?? '') ?? [];
    expect(references).toContain(id);
  });

  it.each([
    [
      '--cc',
      'a@x.example,,b@x.example',
      /--cc is "a@x\.example,,b@x\.example": an address is empty/,
    ],
    ['--bcc', ',', /--bcc is ",": an address is empty/],
  ])('with %s %j is refused', async (option, list, words) => {
    const { conversationId = '' } = await written('lists@customer.example');
    expect(await refusalOf('reply', conversationId, 'Hello', option, list)).toMatch(words);
    expect(await sentTo('lists@customer.example')).toEqual([]);
  });

  it('that waits for a paused account says so, and so do show and doctor', async () => {
    const kind = 'MailFromDomainNotVerifiedException';
    await simulator('POST', '/_fault', { kind, count: 1 });
    const { conversationId = '' } = await written('paused@customer.example');
    const words = `the account email/main is paused (channel_misconfigured: SES answered ${kind}: simulated ${kind}); it tries again at `;
    expect(await refusalOf('reply', conversationId, 'Hello')).toContain(
      `the reply is accepted and waits: ${words}`,
    );
    expect(await lines('show', conversationId)).toContain(`  sending   ${words}`);
    const { data, fault } = await switchboard('doctor', 'email');
    expect(data.join('\n')).toContain(`wrong email/main  sending  ${words}`);
    expect(fault).toBeInstanceOf(CliError);
  });
});

it('refuses a file on a channel that sends none beside a text, before it is read', async () => {
  const { data } = await switchboard('send', 'whatsapp', '--text', 'hi', '--json');
  const { conversationId } = JSON.parse(data[0] ?? '{}');
  const file = join(folder, 'bill.pdf');
  writeFileSync(file, 'x');
  expect(await refusalOf('reply', conversationId, 'Hello', '--file', file)).toContain(
    '--file: whatsapp sends no files beside a text; whatsapp takes one file as --json-content',
  );
});
