import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StackDescription } from '#infra/local/description';
import { type RunningStack, startStack } from '#infra/local/stack';
import { failures } from '#shared/errors';
import { eventData } from '#shared/model/event';
import { sentWith, writeAs } from '#test/support/stack/providers';
import { oldestNode } from './pages/nodes.ts';
import { allPages, blocksOf, type Page, proseOf, readPage, root, tableRows } from './pages/page.ts';

/** One page for each task, and the index of them. */
const pages = allPages().filter(({ path }) => path.startsWith('docs/consuming/'));
const index = readPage('docs/consuming.md');
const blocks = [index, ...pages].flatMap(blocksOf);

/** The pages' blocks by what they are for; a block that nothing here runs is noticed. */
const purposes = {
  settings: blocks.find(({ code }) => code.includes('NORMALIZED_QUEUE_URL=')),
  consumer: blocks.find(({ file }) => file === 'consumer.mjs'),
  reply: blocks.find(({ file }) => file === 'reply.mjs'),
  post: blocks.find(({ code }) => code.includes('curl ')),
  show: blocks.find(({ file }) => file === 'show.mjs'),
};
const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
const codeOf = (name: keyof typeof purposes) => purposes[name]?.code ?? '';

describe('the pages', () => {
  it('have no block that is not run below', () => {
    expect(blocks).toHaveLength(5);
    expect(new Set(Object.values(purposes))).toEqual(new Set(blocks));
    for (const { path, text } of [index, ...pages]) {
      expect(text.trimEnd().split('\n').length, path).toBeLessThanOrEqual(90);
    }
    expect(codeOf('consumer').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });

  it('are all in the index', () => {
    const linked = [...index.text.matchAll(/\]\((consuming\/[\w-]+\.md)\)/g)];
    const paths = linked.map(([, path]) => `docs/${path}`);
    expect(pages.length).toBeGreaterThan(6);
    expect(paths.toSorted()).toEqual(pages.map(({ path }) => path));
  });

  it('have short paragraphs', () => {
    const longest = ({ text }: Page) =>
      Math.max(
        ...text.split('\n').map((line) => (line.startsWith('|') ? 0 : line.split(/\s+/).length)),
      );
    for (const page of pages) {
      expect(longest({ ...page, text: proseOf(page).trimEnd() }), page.path).toBeLessThan(90);
    }
    expect(longest({ ...index, text: 'word '.repeat(100) })).toBeGreaterThan(90);
  });

  it('name every event type, and no other', () => {
    const rows = tableRows(readPage('docs/consuming/events.md')).filter(
      ({ heading }) => heading === 'Events',
    );
    const names = rows.flatMap(({ cells }) => [...(cells[0] ?? '').matchAll(/`([^`]+)`/g)]);
    const types = names.map(([, name]) => `switchboard.${name}.v1`);
    expect(types.toSorted()).toEqual(Object.keys(eventData).toSorted());
  });

  it('name the codes of the HTTP route with their statuses', () => {
    const { text } = readPage('docs/consuming/errors.md');
    const rows = [...text.matchAll(/^\| (\d{3}) \| (.*?) \|/gm)].flatMap(([, status, codes = '']) =>
      [...codes.matchAll(/`(\w+)`/g)].map(([, code = '']) => [code, Number(status)] as const),
    );
    expect(rows.length).toBeGreaterThan(7);
    for (const [code, status] of rows) {
      expect(failures[code as keyof typeof failures]?.httpStatus, code).toBe(status);
    }
  });
});

describe('the code on the pages', () => {
  let running: RunningStack;
  let description: StackDescription;
  let folder: string;
  let consumer: ChildProcess | undefined;
  let output = '';

  /** A project of somebody else's: our packages are there, our sources are not. */
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'helpdesk-'));
    running = await startStack({ localDir: join(folder, '.local'), port: 0, quiet: true });
    description = running.stack;
    mkdirSync(join(folder, 'bin'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    symlinkSync(oldestNode.path, join(folder, 'bin/node'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const { file, code } of blocks) if (file) writeFileSync(join(folder, file), code);
  });
  afterAll(async () => {
    consumer?.kill();
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a command in a shell that has executed the settings of the first page. */
  function run(command: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
    const path = `${join(folder, 'bin')}:${process.env['PATH']}`;
    return spawn('sh', ['-euc', `${codeOf('settings')}\n${command}`], {
      cwd: folder,
      env: { PATH: path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async function outputOf(child: ChildProcess): Promise<string> {
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        said += String(text);
      });
    }
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, said).toBe(0);
    return said;
  }

  const hears = (text: string | RegExp) =>
    vi.waitFor(() => expect(output).toMatch(text), { timeout: 15_000, interval: 50 });

  it(`runs on ${oldestNode.version}, which is not older than the one we name`, async () => {
    expect(await outputOf(run('node -v'))).toBe(`${oldestNode.version}\n`);
    expect(Number(/^v(\d+)/.exec(oldestNode.version)?.[1])).toBeGreaterThanOrEqual(20);
  });

  it('satisfies the compiler', async () => {
    const options =
      '--allowJs --checkJs --noEmit --strict --noImplicitAny false --target es2024 --module nodenext --types node --skipLibCheck';
    const files = blocks.flatMap(({ file }) => file || []).join(' ');
    await outputOf(run(`node node_modules/typescript/bin/tsc ${options} ${files}`));
  });

  it('shows a message of any type, also one that is not known', async () => {
    const shown = async (message: object) => {
      const program = `import { linesOf } from './show.mjs'; console.log(linesOf(${JSON.stringify(message)}).join())`;
      return outputOf(run(`node --input-type=module -e "$PROGRAM"`, { PROGRAM: program }));
    };
    const file = { kind: 'image', state: 'pending' };
    const later = { content: { type: 'hologram' }, text: '', attachments: [file] };
    expect(await shown(later)).toBe('[hologram],image (pending)\n');
    expect(await shown({ content: { type: 'text' }, text: 'hi' })).toBe('hi\n');
  });

  it('hears a customer, answers by queue and by HTTP, and hears what became of it', async () => {
    consumer = run('exec node consumer.mjs');
    for (const stream of [consumer.stdout, consumer.stderr]) {
      stream?.on('data', (text) => {
        output += String(text);
      });
    }
    await writeAs(description, 'whatsapp', { from: '16505551234', text: 'Is anybody there?' });
    await hears('Is anybody there?');
    const [, CONVERSATION_ID = ''] = /^(\S+): Is anybody/m.exec(output) ?? [];

    await outputOf(run(`node reply.mjs ${CONVERSATION_ID} ticket-7-hello 'Yes, we are.'`));
    await hears(`${CONVERSATION_ID}: ticket-7-hello is delivered`);
    expect(await sentWith(description, 'whatsapp', 'Yes, we are.')).toHaveLength(1);

    const answer = await outputOf(run(codeOf('post').replace('cnv_…', CONVERSATION_ID)));
    expect(JSON.parse(answer)).toMatchObject({ replyId: 'ticket-7-answer-1', status: 'queued' });
    await hears(`${CONVERSATION_ID}: ticket-7-answer-1 is delivered`);
    expect(await sentWith(description, 'whatsapp', 'We are on it.')).toHaveLength(1);
  });

  it.skipIf(!hasBoto3)('serves boto3, where Python has it', async () => {
    const program = `import boto3, os
print(boto3.client('sqs').receive_message(QueueUrl=os.environ['NORMALIZED_QUEUE_URL'])['ResponseMetadata']['HTTPStatusCode'])`;
    expect(await outputOf(run(`python3 -c "${program}"`))).toBe('200\n');
  });

  it('sets the region under both names, for boto3 knows only one of them', () => {
    expect(codeOf('settings')).toMatch(/ AWS_REGION=.* AWS_DEFAULT_REGION=/);
  });

  it('tells that an event is missing, and drops one that comes twice', async () => {
    const { region, credentials, endpoints, queues } = description;
    const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
    const events = [
      { id: 'one', sequence: '1' },
      { id: 'one', sequence: '1' },
      { id: 'three', sequence: '3' },
      { id: 'three.r2', sequence: '3', revision: '1' },
      { id: 'three.r3', sequence: '3', revision: '3' },
    ].map((event) => ({ type: 'switchboard.message.received.v1', subject: 'made-up', ...event }));
    for (const [index, event] of events.entries()) {
      const data = { message: { text: `it is ${event.id}` } };
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queues.normalized,
          MessageBody: JSON.stringify({ ...event, data }),
          MessageGroupId: 'made-up',
          MessageDeduplicationId: String(index),
        }),
      );
    }
    await hears('made-up: it is three.r3');
    const told = output.split('\n').filter((line) => line.startsWith('made-up'));
    expect(told.toSorted()).toEqual(
      [
        'made-up: it is one',
        'made-up: 2 is missing',
        'made-up: it is three',
        'made-up: it is three.r2',
        'made-up.3: 2 is missing',
        'made-up: it is three.r3',
      ].toSorted(),
    );
  });
});
