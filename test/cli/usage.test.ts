import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { capture } from './capture.ts';

const every = [
  'send',
  'tail',
  'conversations',
  'show',
  'reply',
  'signal',
  'dlq',
  'replay',
  'doctor',
  'webhooks',
  'tokens',
  'activate-mail',
];
const nowhere = '.local-that-is-not-there';
const fault = async (...args: string[]) => (await capture(args, nowhere)).fault;

describe('a command line that asks for something else', () => {
  it.each([
    [
      ['sned'],
      'unknown command sned: the commands are send, tail, conversations, show, reply, signal, cost, dlq',
    ],
    [['--jsn'], 'unknown option --jsn: the commands are'],
    [['help', 'sned'], 'unknown command sned'],
    [['send'], 'send: <channel> missing'],
    [['send', 'sms', 'hello'], 'send takes <channel>; given: sms hello'],
    [['send', 'sms'], 'send: --text missing'],
    [['send', 'sms', '--text', ''], 'send: --text missing'],
    [['send', 'sms', '--txt', 'a'], 'unknown option --txt: send takes --text, --from, --name,'],
    [['send', 'sms', '--text'], 'send: --text has no value'],
    [['tail', 'now'], 'tail takes no further arguments; given: now'],
    [
      ['tail', '--since', 'yesterday'],
      '--since is "yesterday": allowed is a number with s, m, h or d, as 90s, 10m, 2h, 1d',
    ],
    [['tail', '--since', '5'], '--since is "5"'],
    [['tail', '--once', '--follow'], '--once and --follow exclude each other'],
    [['conversations', '--limit', '0'], '--limit is "0": allowed is a whole number from 1'],
    [
      ['conversations', '--limit', '-3'],
      'conversations: --limit has no value; one that begins with - is written --limit=-…',
    ],
    [['conversations', '--json=yes'], 'conversations: --json takes no value'],
    [['conversations', '--limit', '1e3'], '--limit is "1e3"'],
    [['show'], 'show: <id> missing'],
    [['reply', 'cnv_a'], 'reply: <text> missing'],
    [['reply'], 'reply: <id> and <text> missing'],
    [['reply', 'cnv_a', ''], 'reply: <text> is empty'],
    [['reply', 'cnv_a', 'hi', '--json-content', '{}'], 'reply takes <id>; given: cnv_a hi'],
    [
      ['reply', 'cnv_a', '--json-content', '{x}'],
      /^--json-content is not JSON: \{x\}, Expected .*; allowed is one JSON object in quotes, as '\{"type":"text",/,
    ],
    [['reply', 'cnv_a', '--json-content', ''], '--json-content is not JSON: (empty)'],
    [
      ['reply', 'cnv_a', '--content', 'README.md'],
      /^--content: README\.md is not JSON: # Switchboard .{60,70}…, /,
    ],
    [['reply', 'cnv_a', '--content', 'not-there.json'], '--content is "not-there.json"'],
    [['reply', 'cnv_a', '--content', 'a', '--json-content', '{}'], 'exclude each other'],
    [['reply', 'cnv_a', 'hi', '--fallback-template', 'hello'], 'allowed is name:language'],
    [['signal', 'cnv_a'], 'signal: <read|typing> missing'],
    [['signal', 'cnv_a', 'wave'], 'no signal wave: allowed are read, typing'],
    [['dlq'], 'dlq takes list, show or redrive; given: nothing'],
    [['dlq', 'replay'], 'given: replay. replay is a command of its own: see replay --help'],
    [['replay', '--since', 'yesterday'], '--since is "yesterday"'],
  ])('%j is told what is allowed, and ends with 2', async (args, message) => {
    expect(await fault(...args)).toMatchObject({
      name: 'CliError',
      exitCode: 2,
      message:
        typeof message === 'string'
          ? expect.stringContaining(message)
          : expect.stringMatching(message),
      next: expect.stringMatching(/^\.\/switchboard .*--help$/),
    });
  });
});

describe('help', () => {
  it.each([[['help']], [['--help']], [['-h']], [[]]])('%j lists every command', async (args) => {
    const { data, fault } = await capture(args, nowhere);
    expect(fault).toBeUndefined();
    for (const name of every) {
      expect(data.join('\n')).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  it.each(every)('on %s needs no stack, and names --json', async (name) => {
    const asked = await capture([name, '--help'], nowhere);
    expect(asked.data.join('\n')).toMatch(`./switchboard ${name}`);
    expect(asked.data.join('\n')).toContain('--json');
    expect(await capture(['help', name], nowhere)).toEqual(asked);
  });

  it('is text and not an option after --', async () => {
    expect(await fault('reply', 'cnv_a', '--', '--help')).toMatchObject({
      message: `no stack is running in ${nowhere}`,
    });
  });

  it('--version is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect((await capture(['--version'], nowhere)).data).toEqual([version]);
  });
});

describe('without a stack', () => {
  it.each([
    [['send', 'sms', '--text', 'hi']],
    [['tail']],
    [['conversations']],
    [['show', 'cnv_a']],
    [['reply', 'cnv_a', 'hi']],
    [['reply', 'cnv_a', '--json-content', '{"type":"text"}', '--fallback-template', 'a:en']],
    [['signal', 'cnv_a', 'read']],
    [['dlq', 'list']],
    [['replay', '--since', '1h']],
  ])('%j says how to start one, and ends with 1', async (args) => {
    expect(await fault(...args)).toMatchObject({
      exitCode: 1,
      message: `no stack is running in ${nowhere}`,
      next: `start one with LOCAL_DIR=${nowhere} PORT=0 npm start`,
    });
  });
});
