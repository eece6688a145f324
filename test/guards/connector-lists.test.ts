import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { declarations } from '#connectors/declarations';
import { Channel } from '#shared/model/channel';
import { literalLists } from './connector-lists.ts';
import { sourceFiles } from './tree-rules.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const connectors = Object.keys(declarations);

/** Files that name connectors one by one, each for its reason. A new connector needs no line in any of them. */
const excused: Readonly<Record<string, string>> = {
  'test/guards/connector-lists.ts': 'shows in comments what it finds',
  'test/guards/connector-lists.test.ts': 'holds the planted lists',
  'test/cli/send.test.ts': 'an invented stack of accounts, as an example of several',
  'test/local/stack.test.ts': 'compares stack.json of the local stage with what it was',
  'test/flows/bad-replies.test.ts': 'the conversations that mistakes.ts needs, one kind each',
  'test/flows/bad-webhooks.test.ts':
    'what each provider alone gets wrong; the contract has the common part',
  'test/simulators/faults.test.ts':
    'the codes that a connector tells apart stand in its own tables',
  'test/functions/normalize/cost-harness.ts': 'the kinds of message whose write units are counted',
  'test/functions/send/accounts.test.ts': 'three paces: slower and faster than declared, and none',
  'test/functions/send/attempt-time.test.ts': 'files in the message and before it, as examples',
  'test/functions/send/harness/lines.ts':
    'scripted answers of three APIs, as examples for the send function',
  'test/functions/send/uncertain.test.ts': 'three ways to look an attempt up, as examples',
  'test/faults/accounts.ts': 'the fault harness plays these; its books are balanced for them alone',
  'test/faults/channels/channel.ts': 'the providers that the fault harness plays',
  'test/faults/channels/channels.ts': 'the providers that the fault harness plays',
  'test/faults/load/forgeries.ts': 'the secrets of the providers that the fault harness plays',
  'test/properties/poison.ts': 'the outer form of three webhooks, as examples for random values',
  'test/properties/signed-webhooks.ts': 'three receiving functions, as examples for random bodies',
};

const isConnectorFolder = (path: string) => {
  const [, , folder = ''] = path.split('/');
  return path.startsWith('test/connectors/') && connectors.includes(folder);
};

const listsIn = (text: string, path = 'test/planted.ts') =>
  literalLists({ path, text }, connectors, Channel.options);

describe('tests', () => {
  const files = sourceFiles(project, ['test']).filter(
    ({ path }) => !isConnectorFolder(path) && path !== 'test/connectors/harnesses.ts',
  );

  it('take their connectors and channels from the declarations, not from lists of their own', () => {
    expect(files.length).toBeGreaterThan(200);
    const lists = files
      .filter(({ path }) => excused[path] === undefined)
      .flatMap(({ path, text }) => listsIn(text, path));
    expect(lists).toEqual([]);
  });

  it('are excused only where they have a list, and with a reason', () => {
    for (const [path, reason] of Object.entries(excused)) {
      expect(existsSync(join(project, path)), path).toBe(true);
      expect(reason.length, path).toBeGreaterThan(20);
      const file = files.find((each) => each.path === path);
      expect(listsIn(file?.text ?? '', path), path).not.toEqual([]);
    }
  });
});

describe('a literal list', () => {
  it.each([
    ['an array', "const all = ['whatsapp', 'twilio', 'twitter'];"],
    ['an array over lines', "const all = [\n  'email',\n  'twilio',\n  'twitter',\n] as const;"],
    ['a union', "type Name = 'whatsapp' | 'twilio' | 'email';"],
    ['an object', "const all = {\n  whatsapp: 1,\n  'whatsapp-aws': 2,\n  twilio: 3,\n};"],
    ['an object in one line', 'const all = { whatsapp: 1, twilio: 2, email: 3 };'],
    ['channels', "it.each(['sms', 'rcs', 'email'])('of %s', () => {});"],
    ['a table', "it.each([\n  ['whatsapp', 1],\n  ['twilio', 2],\n  ['email', 3],\n])"],
  ])('is found: %s', (_, text) => {
    expect(listsIn(text)).not.toEqual([]);
  });

  it('is no example of one or two', () => {
    expect(listsIn("const two = ['whatsapp', 'twilio'];\nconst one = { email: 1 };")).toEqual([]);
    expect(listsIn('for (const connector of Object.keys(declarations)) {}')).toEqual([]);
  });
});
