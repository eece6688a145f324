import { spawnSync } from 'node:child_process';
import { execPath } from 'node:process';
import PostalMime from 'postal-mime';
import { describe, expect, it, vi } from 'vitest';
import { readMime } from '#connectors/email/inbound/read-mime';
import { readMessage } from '#test/connectors/email/inbox';
import { shapeOf, shapes } from './shapes.ts';

const megabyte = 1024 * 1024;

/** Heap for a child; node itself and the tests' own code need 40 MB of it. */
const heapMegabytes = 160;

function parseInChild(shape: string, bytes: number, ...parser: readonly string[]) {
  const script = 'test/connectors/email/load/measure-one.ts';
  const heap = `--max-old-space-size=${heapMegabytes}`;
  const args = [heap, script, shape, String(bytes), ...parser];
  const { status, signal, stdout } = spawnSync(execPath, args, { encoding: 'utf8' });
  return { isDead: status !== 0 || signal !== null, told: stdout };
}

/** What the MIME parser was given while `work` ran. */
async function givenToParser(work: () => Promise<unknown>) {
  const spy = vi.spyOn(PostalMime, 'parse');
  try {
    await work();
    const mails = spy.mock.calls.map(([mail]) => mail as Buffer);
    const lines = mails.reduce((sum, mail) => sum + mail.toString('latin1').split('\n').length, 0);
    return { lines, bytes: mails.reduce((sum, mail) => sum + mail.length, 0) };
  } finally {
    spy.mockRestore();
  }
}

describe('the work of a mail is bounded, whatever its shape', () => {
  it.each(shapes)('%s: the MIME parser gets few lines', async (shape) => {
    const given = await givenToParser(() => readMime(shapeOf(shape, 4 * megabyte)));
    expect(given.lines).toBeLessThanOrEqual(100_000);
  });

  it('would notice a mail that is given to the parser as it is', async () => {
    const mail = shapeOf('lines of one letter', 4 * megabyte);
    const given = await givenToParser(() => PostalMime.parse(mail));
    expect(given.lines).toBeGreaterThan(100_000);
  });

  it('the MIME parser gets no bytes of files', async () => {
    const mail = shapeOf('base64 attachment', 4 * megabyte);
    const given = await givenToParser(() => readMime(mail));
    expect(given.bytes).toBeLessThan(1000);
  });

  it('does not copy a file that is not encoded', async () => {
    const mail = shapeOf('text attachment', megabyte);
    const [file] = (await readMime(mail)).email.attachments;
    expect(file?.content).toHaveProperty('buffer', mail.buffer);
  });

  it.each([
    'lines of 60 letters',
    'lines of one letter',
    'quoted-printable attachment',
    'empty parts',
    'headers without end',
  ])('40 MB of %s are parsed in a small heap', (shape) => {
    const { isDead, told } = parseInChild(shape, 40 * megabyte);
    expect(isDead).toBe(false);
    expect(told).toContain('"content"');
  });

  it('would notice a parser that keeps every line', () => {
    expect(parseInChild('lines of 60 letters', 40 * megabyte, 'bare').isDead).toBe(true);
  });
});

describe('only what is too much is left out', () => {
  it('below 5 MB every shape is read, but for parts too deep', async () => {
    const fates = await Promise.all(
      shapes.map(async (shape) => {
        const { content } = await readMessage(shapeOf(shape, megabyte / 4));
        return content.type === 'unsupported' ? [shape] : [];
      }),
    );
    expect(fates.flat()).toEqual(['parts too deep']);
  });

  it('above 5 MB of text the beginning is read, the message says so, and the HTML is left out', async () => {
    const below = await readMessage(shapeOf('HTML', 4 * megabyte));
    const above = await readMessage(shapeOf('HTML', 6 * megabyte));
    expect(above).toMatchObject({ content: { type: 'text' }, metadata: { truncated: 'text' } });
    expect([typeof below.originalHtml, typeof above.originalHtml]).toEqual(['string', 'undefined']);
  });
});
