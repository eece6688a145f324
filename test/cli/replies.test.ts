import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningStack, startStack } from '#infra/local/stack';
import { scratchFolder } from '#test/support/runner/scratch';
import { capture } from './capture.ts';

let folder: string;
let running: RunningStack;
beforeAll(async () => {
  folder = scratchFolder('cli-x-');
  running = await startStack({ localDir: folder, port: 0, quiet: true });
}, 120_000);
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const switchboard = (...args: string[]) => capture(args, folder);
const linesOf = (data: readonly string[]) => data.map((line) => JSON.parse(line));
async function written(from: string, text: string): Promise<Record<string, string>> {
  const { data } = await switchboard('send', 'x', '--from', from, '--text', text, '--json');
  return linesOf(data)[0];
}

describe('a reply on X', () => {
  it('that is refused is JSON on stdout, with the advice, and says what to do', async () => {
    const { conversationId = '' } = await written('@long', '@switchboard where is it?');
    const refused = await switchboard('reply', conversationId, 'word '.repeat(100), '--json');
    expect(linesOf(refused.data)).toEqual([
      {
        ...{ replyId: expect.any(String), conversationId, status: 'refused' },
        ...{ error: 'text_too_long', reasons: [expect.any(String)] },
        advice: { action: 'reply_in_private', channel: 'twitter' },
      },
    ]);
    expect(refused.fault).toMatchObject({
      exitCode: 1,
      next: expect.stringMatching(/^send a shorter .*\n.*has to write a direct message first$/),
    });
    const shown = await switchboard('reply', conversationId, 'Call +49 30 901820 now', '--json');
    expect(linesOf(shown.data)[0]).toMatchObject({
      ...{ status: 'refused', error: 'personal_data' },
      findings: [{ kind: 'phone_number', path: 'content.text' }],
    });
  });

  it('with a link is warned of in its JSON, and shows its cost', async () => {
    const { conversationId = '' } = await written('@link', '@switchboard where is it?');
    const text = 'It is at https://example.com/track';
    const { data, fault } = await switchboard('reply', conversationId, text, '--json');
    expect(fault).toBeUndefined();
    expect(linesOf(data)[0]).toMatchObject({
      ...{ status: 'queued', warnings: [expect.stringContaining('USD')] },
    });
    const shown = await switchboard('show', conversationId);
    expect(shown.data.join('\n')).toMatch(/cost about 0\.\d+ USD \(prices of 20\d\d-/);
  });

  it('takes a picture with words for it', async () => {
    const { conversationId = '' } = await written('@picture', 'What does it look like?');
    const picture = join(folder, 'dot.png');
    const dot =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    writeFileSync(picture, Buffer.from(dot, 'base64'));
    const words = ['--file', picture, '--alt-text', 'A red dot'];
    expect(
      (await switchboard('reply', conversationId, 'Like this', ...words)).fault,
    ).toBeUndefined();
    const { data } = await switchboard('show', conversationId);
    expect(data.join('\n')).toContain('[dot.png: A red dot]');
    const more = await switchboard('reply', conversationId, 'Hm', ...words, '--alt-text', 'two');
    expect(more.fault).toMatchObject({
      ...{ exitCode: 2, message: expect.stringContaining('--alt-text is given 2 times') },
    });
  });

  it('that was deleted says what became of its raw item', async () => {
    const {
      conversationId,
      providerMessageId,
      messageId = '',
    } = await written('@gone', '@switchboard forget this');
    expect((await switchboard('show', messageId, '--raw')).fault).toBeUndefined();
    const body = JSON.stringify({ post: providerMessageId });
    const x = running.stack.providers['twitter'];
    await fetch(`${x}/_delete`, { method: 'POST', body });
    await expect
      .poll(async () => (await switchboard('show', conversationId ?? '')).data.join(), {
        timeout: 20_000,
      })
      .toContain('[deleted]');
    await expect
      .poll(
        async () => (await switchboard('show', messageId, '--raw')).fault as Error | undefined,
        { timeout: 20_000 },
      )
      .toMatchObject({ message: expect.stringContaining('and its raw item with it') });
  });

  it('that waits for the pace says so, and ends well', async () => {
    const { conversationId = '' } = await written('@many', 'hello');
    const x = running.stack.providers['twitter'];
    const body = JSON.stringify({ limitWindowSeconds: 900 });
    await fetch(`${x}/_conditions`, { method: 'POST', body });
    for (let at = 0; at < 15; at += 1) {
      await switchboard('reply', conversationId, `${at}`, '--no-wait');
    }
    const waiting = await switchboard('reply', conversationId, 'the last');
    expect(waiting.fault).toBeUndefined();
    expect(waiting.data.at(-1)).toMatch(
      /^delayed .*(?:rate limit|earlier reply).*, expected \d\d:/,
    );
    expect(waiting.notes.at(-1)).toContain('it goes out by itself then; ./switchboard show');
    const json = await switchboard('reply', conversationId, 'another', '--json');
    expect(linesOf(json.data).at(-1)).toMatchObject({
      ...{ status: 'delayed', delay: { expectedAt: expect.any(String) } },
    });
  }, 90_000);
});

describe('an account that is not charged by the use', () => {
  it('is told as one', async () => {
    expect((await switchboard('cost', '--account', 'twilio/main')).fault).toMatchObject({
      ...{ exitCode: 2, next: 'those that are charged by the use: twitter/main' },
      message:
        '--account is "twilio/main": it is not charged by the use, or its prices are not known',
    });
    expect((await switchboard('cost', '--account', 'twilio/gone')).fault).toMatchObject({
      message: expect.stringContaining('there is no such account; allowed are '),
    });
  });
});
