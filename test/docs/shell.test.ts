import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StackDescription } from '#infra/local/description';
import { type LocalStack, openLocalStack } from '#test/support/stack/local-stack';
import { sentWith } from '#test/support/stack/providers';
import { accountOf } from '#test/support/webhooks/signed-webhooks';
import { sectionOf } from './pages/names.ts';
import { loseTable, misreadLocation, missAccount } from './pages/nights.ts';
import { oldestNode } from './pages/nodes.ts';
import { allPages, type Block, blocksOf, readPage } from './pages/page.ts';
import {
  blocksProblem,
  linkedClone,
  run,
  shell,
  stepProblem,
  unsetVariables,
} from './pages/shell.ts';
import { isAsSaid, type Step, stepsOf } from './pages/transcript.ts';

/** Their blocks are run by tests of their own. */
const others = /^README\.md$|^docs\/consuming\//;

const isShell = ({ language }: Block) => ['sh', 'console'].includes(language);
const pages = allPages().map((page) => ({
  path: page.path,
  blocks: blocksOf(page).filter(isShell),
}));
const blocks = pages
  .filter(({ path }) => !others.test(path))
  .flatMap((page) => page.blocks)
  .filter(({ notRun }) => notRun === undefined);

const blockWith = (path: string, text: string): Block => {
  const found = blocks.find(({ page, code }) => page.path === path && code.includes(text));
  if (!found) throw new Error(`${path} has no block to run that says ${text}`);
  return found;
};

/** What a reader puts in place of what a page cannot know. */
function filledIn({ code, ...block }: Block, values: Readonly<Record<string, string>>): Block {
  return {
    ...block,
    code: Object.entries(values).reduce((text, [from, to]) => text.replaceAll(from, to), code),
  };
}

describe('a block for a shell', () => {
  it('sets every variable that it uses, or one above it does', () => {
    // The pages on consuming say that their examples run with the settings of the first one.
    const setup = pages.find(({ path }) => path === 'docs/consuming/setup.md')?.blocks ?? [];
    const before = (path: string) => (path.startsWith('docs/consuming/') ? setup : []);
    expect(setup).toHaveLength(1);
    expect(
      pages.flatMap(({ path, blocks }) => unsetVariables([...before(path), ...blocks])),
    ).toEqual([]);
  });

  it('is noticed when it does not', () => {
    const page = readPage('docs/local.md');
    const block = (line: number, code: string): Block => ({
      ...{ page, line, code, language: 'sh', file: '' },
    });
    const planted = [block(1, 'A=1\necho $A'), block(5, 'echo $A\ncurl $B/_sent\nC=2')];
    expect(unsetVariables(planted)).toEqual(['docs/local.md:5: $B is set in no block above']);
  });

  it('gives a reason where nothing runs it', () => {
    const unrun = pages.flatMap((page) => page.blocks).filter(({ notRun }) => notRun !== undefined);
    for (const { notRun } of unrun) expect(notRun).toMatch(/^(asks (X|Meta|Telegram)|takes) ?/);
    expect(unrun.map(({ page }) => page.path)).toEqual([
      'docs/channels/telegram.md',
      'docs/channels/twitter.md',
      'docs/channels/twitter.md',
      'docs/channels/twitter.md',
      'docs/channels/whatsapp.md',
      'docs/operations.md',
      'docs/reliability.md',
    ]);
  });
});

describe('what a transcript says', () => {
  it('is what a command prints, but for times, ids and widths', () => {
    const said = 'a  cnv_abc22 2026-11-22 00:04:11\n…\nlast of 3';
    expect(isAsSaid(said, 'a cnv_xyz77   2027-01-01 10:00:00\nmore\nand more\nlast of 3\n')).toBe(
      true,
    );
    expect(isAsSaid(said, 'a cnv_xyz77 2027-01-01 10:00:00\nlast of 3')).toBe(true);
  });

  it.each([
    'a cnv_xyz77 2027-01-01 10:00:00\nlast of 4',
    'a cnv_xyz77 today\nlast of 3',
    'last of 3',
  ])('is noticed when it is not: %j', (printed) =>
    expect(isAsSaid('a cnv_a2 2026-11-22 00:04:11\n…\nlast of 3', printed)).toBe(false),
  );
});

describe(`the blocks of the pages, in a shell with Node ${oldestNode.version}`, () => {
  const ran = new Set<Block>();
  let folder: string;
  let started: ReturnType<typeof shell>;
  let stack: LocalStack;
  let description: StackDescription;

  beforeAll(async () => {
    folder = linkedClone();
    const start = blockWith('docs/local.md', 'npm start');
    ran.add(start);
    started = shell(folder, start.code, { PORT: '0' });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      started.once('exit', () => reject(new Error(`the stack ended: ${said}`)));
      started.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (/^ready /m.test(said)) resolve();
      });
    });
    // The SDK warns of an old Node: nothing of the stack may run on the machine's own.
    expect(said).not.toContain('NodeVersionSupportWarning');
    description = JSON.parse(readFileSync(join(folder, '.local/stack.json'), 'utf8'));
    stack = openLocalStack(description);
  }, 120_000);
  afterAll(async () => {
    await stack?.stop();
    const ended = new Promise((resolve) => started.once('exit', resolve));
    process.kill(-(started.pid ?? 0), 'SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const stepProblems = async (block: Block) => {
    ran.add(block);
    const problems: (string | undefined)[] = [];
    for (const step of stepsOf(block.code)) {
      problems.push(await stepProblem(folder, step, `${block.page.path}:${block.line}`));
    }
    return problems.filter((problem) => problem !== undefined);
  };

  it('docs/local.md names what is in stack.json', () => {
    const section = sectionOf(readPage('docs/local.md'), 'stack.json');
    const { queues, endpoints, buckets, accounts } = description;
    const names = [description, queues, endpoints, buckets, ...accounts].flatMap(Object.keys);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(section))).toEqual([]);
    const quoted = section.matchAll(/`([a-zA-Z]+)(?: \{([^}]*)\})?`/g);
    const said = [...quoted].flatMap(([, name = '', inside = '']) => [
      name,
      ...(inside.match(/\w+/g) ?? []),
    ]);
    const known = new Set([...names, ...Object.keys(description.smtp)]);
    expect(said.filter((name) => !known.has(name))).toEqual([]);
    expect(said.length).toBeGreaterThan(10);
  });

  it('docs/cli.md prints what it says', { timeout: 120_000 }, async () => {
    const earlier = './switchboard send email --from grace@customer.example --text "Hello?"';
    expect((await run(folder, earlier)).code).toBe(0);
    expect(await stepProblems(blockWith('docs/cli.md', './switchboard'))).toEqual([]);
  });

  it('docs/operations.md replays what was misread', { timeout: 120_000 }, async () => {
    await misreadLocation(stack);
    await missAccount(stack);
    expect(await stepProblems(blockWith('docs/operations.md', '--since 1h'))).toEqual([]);
    expect(await stepProblems(blockWith('docs/operations.md', 'replay quarantine'))).toEqual([]);
  });

  const hasAws = spawnSync('aws', ['--version']).status === 0;
  const fetchAgain = blockWith('docs/operations.md', 'aws sqs');
  ran.add(fetchAgain);
  it.skipIf(!hasAws)('docs/operations.md fetches again, where there is an AWS CLI', async () => {
    const { region, credentials, endpoints, queues } = description;
    const { code } = filledIn(fetchAgain, { '<MediaQueueUrl>': queues.media, '_…': '_aaaaaaaa' });
    // At AWS no endpoint is named; version 1 takes it from no variable.
    const local = `aws() { command aws --endpoint-url ${endpoints.sqs} "$@"; }`;
    const [step] = stepsOf(code);
    const ended = await run(folder, `${local}\n${step?.command}`, {
      env: {
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    });
    expect(ended).toMatchObject({ code: 0, printed: expect.stringContaining('MessageId') });
  });

  it('docs/channels/whatsapp.md asks the door as Meta does', async () => {
    const block = blockWith('docs/channels/whatsapp.md', 'hub.challenge');
    ran.add(block);
    const ask = filledIn(block, {
      'https://<host>': description.url,
      '/shop': '/main',
      '<verify token>': accountOf(description, 'whatsapp').secrets?.['verifyToken'] ?? '',
    });
    const { code, printed } = await run(folder, ask.code);
    expect([code, printed.trim()]).toEqual([0, '123']);
  });

  it.each([
    ['docs/channels/email.md', 'smtp://', 'My router is broken.'],
    ['docs/local.md', '/_conditions', 'here it is'],
    ['docs/local.md', '"webhook":"outage"', 'Did you see my photo?'],
    ['docs/local.md', '"from":"whatsapp:', 'two of them'],
    ['docs/local.md', '"verdicts":', 'Forged.'],
  ])('%s lets a customer write', async (path, part, text) => {
    const block = blockWith(path, part);
    ran.add(block);
    expect(await blocksProblem(folder, [block])).toBeUndefined();
    await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  });

  it('docs/channels/twitter.md has a channel without X, in one shell', async () => {
    const parts = ['./switchboard send x', 'a broken cup', '--override', 'user_delete'];
    const steps = parts.map((part) => blockWith('docs/channels/twitter.md', part));
    for (const step of steps) ran.add(step);
    const script = steps.map(({ code }) => code).join('\n');
    const { code, printed } = await run(folder, script);
    expect(code, printed).toBe(0);
    expect(printed.match(/\b\w+(?=, as expected)/g)).toEqual([
      ...['text_too_long', 'personal_data', 'reply_not_allowed'],
    ]);
    for (const text of ['It leaves today.', 'Like this.', 'Or this.']) {
      expect(await sentWith(description, 'twitter', text)).toHaveLength(1);
    }
    await stack.helpdesk.waitFor(({ data }) => data.message?.text === 'A photo of it.');
  });

  it('docs/local.md makes a template at the simulated Twilio, and sends it', async () => {
    const block = blockWith('docs/local.md', '/v1/Content');
    ran.add(block);
    expect(await blocksProblem(folder, [block])).toBeUndefined();
    const sent = await sentWith(description, 'twilio', 'Hello Ada');
    expect(sent).toMatchObject([{ request: { ContentVariables: '{"1":"Ada"}' } }]);
  });

  it('docs/local.md tells any AWS tool where each service is', async () => {
    const block = blockWith('docs/local.md', 'AWS_ENDPOINT_URL_SQS');
    ran.add(block);
    const { code, printed } = await run(folder, `${block.code}\nenv`);
    const told = Object.fromEntries(
      [...printed.matchAll(/^AWS_ENDPOINT_URL_(\w+)=(.*)$/gm)].map(([, name, url]) => [name, url]),
    );
    const { secretsManager, ...others } = description.endpoints;
    const upper = Object.entries(others).map(([name, url]) => [name.toUpperCase(), url]);
    expect([code, told]).toEqual([
      0,
      { ...Object.fromEntries(upper), SECRETS_MANAGER: secretsManager },
    ]);
    const [secretId] = Object.keys(
      JSON.parse(readFileSync(join(folder, '.local/secrets.json'), 'utf8')),
    );
    const ask = `node -e "new (require('@aws-sdk/client-secrets-manager').SecretsManager)()
      .getSecretValue({ SecretId: '${secretId}' }).then((each) => console.log(each.Name))"`;
    expect((await run(folder, `${block.code}\n${ask}`)).printed).toContain(secretId);
  });

  it('docs/operations.md moves dead letters back', { timeout: 120_000 }, async () => {
    const restore = await loseTable(stack);
    const listed = await stepProblems(blockWith('docs/operations.md', 'dlq list'));
    await restore();
    expect(listed).toEqual([]);
    expect(await stepProblems(blockWith('docs/operations.md', '3 moved back'))).toEqual([]);
  });

  it('are noticed when they fail', async () => {
    const block = {
      ...blockWith('docs/local.md', '/_conditions'),
      line: 7,
      code: 'echo told\nfalse\n',
    };
    expect(await blocksProblem(folder, [block])).toBe(
      'docs/local.md:7: the block ends with 1\ntold\n',
    );
    const refused = { ...block, code: `curl ${description.providers['twitter']}/_fault -d '{}'` };
    expect(await blocksProblem(folder, [refused])).toContain('the block ends with 22');
    const step: Step = { command: 'echo one', says: 'two' };
    expect(await stepProblem(folder, step, 'a.md:1')).toContain('a.md:1: $ echo one\nprints\none');
  });

  it('are all run', () => {
    const left = blocks.filter((block) => !ran.has(block));
    expect(left.map(({ page, line }) => `${page.path}:${line} is run by no test`)).toEqual([]);
  });
});
