import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HandleDependencies } from '#functions/normalize/handle-message';
import type { Attachment } from '#shared/model/attachment';
import type { Event } from '#shared/model/event';
import type { Message } from '#shared/model/message';
import { mailOf } from '#test/connectors/email/inbox';
import { Crash, type Dies, dying } from '#test/support/aws/dying-client';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type MailHarness, openMailHarness } from './mail-harness.ts';

let emulators: Emulators;
let harness: MailHarness;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());
beforeEach(async () => {
  harness = await openMailHarness(emulators);
});

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(500, 3)]);
const pdf = Buffer.from('%PDF-1.7\nan invoice');

/** A part of a mail that is a file. */
function file(type: string, bytes: Uint8Array, headers: readonly string[] = []): string {
  return [
    `Content-Type: ${type}`,
    ...headers,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(bytes).toString('base64'),
  ].join('\n');
}

function mixed(parts: readonly string[]): string {
  const body = parts.map((part) => `--B\n${part}\n`).join('');
  return mailOf(`${body}--B--\n`, [
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=B',
  ]);
}

const html =
  '<p>See <img src="cid:pic@x"> <img src="https://t.example/1.gif" width="1"></p><script>x</script>';
const mail = mixed([
  `Content-Type: text/html; charset=utf-8\n\n${html}`,
  file('image/png; name="../a.png"', png, ['Content-ID: <pic@x>', 'Content-Disposition: inline']),
  file('application/pdf', pdf, ['Content-Disposition: attachment; filename="Rechnung é.pdf"']),
]);

function messageIn(events: readonly Event[]): Message {
  const received = events.find(({ type }) => type.includes('message.received'));
  if (!received) throw new Error('no message');
  return (received.data as { message: Message }).message;
}

const updatesIn = (events: readonly Event[]) =>
  events
    .filter(({ type }) => type === 'switchboard.attachment.updated.v1')
    .map(({ data }) => (data as { attachment: Attachment }).attachment);

describe('the files of a mail', () => {
  it('are stored after the message is published, and told', async () => {
    await harness.normalize(await harness.deliver(mail));
    const events = await harness.heard();
    const { attachments } = messageIn(events);
    expect(attachments).toMatchObject([
      { kind: 'image', state: 'pending', fileName: 'a.png', contentId: 'pic@x', inline: true },
      { kind: 'document', state: 'pending', fileName: 'Rechnung é.pdf' },
    ]);
    const stored = [png, pdf].map((bytes, index) => {
      const { id } = attachments[index] ?? { id: '' };
      const uri = `s3://${harness.dependencies.archive.bucket}/media/${id}`;
      return {
        ...attachments[index],
        state: 'stored',
        uri,
        sizeBytes: bytes.length,
        sha256: sha256Of(bytes),
      };
    });
    expect(updatesIn(events)).toEqual(stored);
    expect(
      events.map(({ type, revision }) => `${type.split('.').at(-2)} ${revision ?? ''}`),
    ).toEqual(['opened ', 'received ', 'updated 1', 'updated 2']);
    const objects = await harness.objects('media/');
    expect([...objects.keys()].toSorted()).toEqual(
      attachments.map(({ id }) => `media/${id}`).toSorted(),
    );
    expect(objects.get(`media/${attachments[0]?.id}`)).toEqual({
      ...{ bytes: png, contentType: 'image/png', disposition: 'attachment' },
    });
    expect(objects.get(`media/${attachments[1]?.id}`)?.bytes).toEqual(pdf);
    expect(JSON.stringify(events)).not.toContain('bytes"');
  });

  it('are withheld after a failed virus scan', async () => {
    await harness.normalize(await harness.deliver(mail, { virusVerdict: { status: 'FAIL' } }));
    const events = await harness.heard();
    expect(messageIn(events).attachments).toMatchObject([
      { state: 'failed', error: 'withheld: the virus scan failed' },
      { state: 'failed' },
    ]);
    expect(updatesIn(events)).toEqual([]);
    expect((await harness.objects('media/')).size).toBe(0);
  });

  it('are stored by a replay, where an earlier release has left them pending', async () => {
    const body = await harness.deliver(mail);
    // A release without this step leaves the message published and nothing more.
    const { archive } = harness.dependencies;
    const noMedia = dying(archive.client, putOf('media/'));
    const dependencies = { ...harness.dependencies, archive: { ...archive, client: noMedia } };
    await expect(harness.normalize(body, dependencies)).rejects.toThrow(Crash);
    expect(updatesIn(await harness.heard())).toEqual([]);
    await harness.normalize(JSON.stringify({ ...JSON.parse(body), replay: true }));
    expect(updatesIn(await harness.heard())).toHaveLength(2);
  });

  it('are stored and told once each, five hundred of them with long names', async () => {
    const name = `${'名'.repeat(40)}.txt`;
    const files = Array.from({ length: 510 }, (_, number) =>
      file(`text/csv; name="${number}${name}"`, Buffer.from(`file ${number}`), [
        `Content-ID: <${'c'.repeat(100)}${number}@x>`,
      ]),
    );
    const calls: string[] = [];
    let open = 0;
    let most = 0;
    const { archive } = harness.dependencies;
    const counted = new Proxy(archive.client, {
      get: (target, key) => {
        if (key !== 'send') return Reflect.get(target, key);
        return async (command: object) => {
          calls.push(command.constructor.name);
          open += 1;
          most = Math.max(most, open);
          return target.send(command as never).finally(() => {
            open -= 1;
          });
        };
      },
    });
    const dependencies = { ...harness.dependencies, archive: { ...archive, client: counted } };
    const line = `${'word '.repeat(12)}\n`;
    const text = `Content-Type: text/plain\n\n${line.repeat(4000)}`;
    await harness.normalize(await harness.deliver(mixed([text, ...files])), dependencies);
    const events = await harness.heard();
    const { attachments } = messageIn(events);
    expect(attachments).toHaveLength(500);
    expect(attachments[499]).toMatchObject({ fileName: expect.stringMatching(/^499名+\.txt$/) });
    expect(updatesIn(events).map(({ id }) => id)).toEqual(attachments.map(({ id }) => id));
    expect(most).toBeLessThanOrEqual(10);
    expect(calls.filter((each) => each === 'PutObjectCommand').length).toBe(500);
  }, 120_000);
});

/** Dies at the first object under this prefix. Only the number of PUTs before it is known: HTML comes first. */
function putOf(prefix: string): Dies {
  let puts = 0;
  const before = prefix === 'media/' ? 2 : 0;
  return (command) => {
    if (command !== 'PutObjectCommand') return undefined;
    puts += 1;
    return puts > before ? 'before' : undefined;
  };
}

/** The same parts, whose process dies at their nth call, whichever part is called. */
function crashingAt(
  { archive, target, ...others }: HandleDependencies,
  nth: number,
  when: 'before' | 'after',
): { readonly dependencies: HandleDependencies; readonly calls: () => number } {
  let calls = 0;
  const dies = () => {
    calls += 1;
    return calls === nth ? when : undefined;
  };
  const table = { ...target.table, client: dying(target.table.client, dies) };
  const normalized = { ...target.normalized, client: dying(target.normalized.client, dies) };
  const dependencies = {
    ...others,
    archive: { ...archive, client: dying(archive.client, dies) },
    target: { ...target, table, normalized },
  };
  return { dependencies, calls: () => calls };
}

describe('a crash at any call', () => {
  it.each(['before', 'after'] as const)(
    '%s it is mended by the redelivery: each file is stored, and each event told once',
    async (when) => {
      const whole = crashingAt(harness.dependencies, 0, when);
      await harness.normalize(await harness.deliver(mail), whole.dependencies);
      const calls = whole.calls();
      expect(calls).toBeGreaterThan(15);
      for (let nth = 1; nth <= calls; nth += 1) {
        const own = await openMailHarness(emulators);
        const body = await own.deliver(mail);
        const { dependencies } = crashingAt(own.dependencies, nth, when);
        await expect(own.normalize(body, dependencies), `${nth}`).rejects.toThrow(Crash);
        await own.normalize(body);
        const events = await own.heard();
        expect(
          events.map(({ revision }) => revision),
          `${nth}`,
        ).toEqual([undefined, undefined, '1', '2']);
        const { attachments } = messageIn(events);
        expect(
          updatesIn(events).map(({ id, state }) => [id, state]),
          `${nth}`,
        ).toEqual(attachments.map(({ id }) => [id, 'stored']));
        const objects = await own.objects('media/');
        expect([...objects.values()].map(({ bytes }) => bytes.length).toSorted(), `${nth}`).toEqual(
          [png.length, pdf.length].toSorted(),
        );
        await own.normalize(body);
        expect(await own.heard(), `${nth}`).toEqual([]);
      }
    },
    240_000,
  );
});

describe('the HTML of a mail', () => {
  it('is stored as it came and sanitised, and the event says which is which', async () => {
    await harness.normalize(await harness.deliver(mail));
    const message = messageIn(await harness.heard());
    const keyOf = (uri = '') => new URL(uri).pathname.slice(1);
    const objects = await harness.objects('html/');
    const original = objects.get(keyOf(message.originalHtml));
    expect(original?.bytes.toString().trim()).toBe(html);
    expect(message.html).toBe(message.originalHtml);
    const sanitized = objects.get(keyOf(message.sanitizedHtml));
    expect(sanitized).toMatchObject({
      contentType: 'text/html; charset=utf-8',
      disposition: 'attachment',
    });
    expect(sanitized?.bytes.toString().trim()).toBe(
      '<p>See <img src="cid:pic@x" /> <span></span></p>',
    );
    expect(message.remoteImages).toEqual([{ url: 'https://t.example/1.gif', tracker: true }]);
    expect(objects.size).toBe(2);
  });
});
