import { randomBytes } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '#shared/model/attachment';
import { untilIdle } from '#test/support/aws/stored';
import { openMailbox } from '#test/support/mail/mailbox';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

type Told = HeardEvent & { readonly data: { readonly attachment?: Attachment } };

async function objectAt(uri = ''): Promise<Buffer> {
  const { hostname: Bucket, pathname } = new URL(uri);
  const { Body } = await stack.s3.send(new GetObjectCommand({ Bucket, Key: pathname.slice(1) }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** The attachment as the helpdesk is told of it after its message. */
async function updated(id: string): Promise<Attachment | undefined> {
  const [event] = await stack.helpdesk.waitFor((each) => (each as Told).data.attachment?.id === id);
  return (event as Told | undefined)?.data.attachment;
}

const file = (type: string, name: string, bytes: Buffer, ...headers: readonly string[]) =>
  [
    ...['--B', `Content-Type: ${type}; name="${name}"`, ...headers],
    ...[
      'Content-Transfer-Encoding: base64',
      '',
      bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
    ],
  ].join('\r\n');

describe('a mail with files', { timeout: 60_000 }, () => {
  it('leaves its files in our bucket, byte for byte, and two kinds of HTML', async () => {
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(20_000)]);
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(2_000_000)]);
    const html = '<p>A crack <img src="cid:p@x"><script>alert(1)</script></p>';
    const body = [
      ...['--B', 'Content-Type: text/html; charset=utf-8', '', html],
      file('image/png', 'crack.png', png, 'Content-ID: <p@x>'),
      file('application/pdf', '../invoice.pdf', pdf),
      '--B--',
    ].join('\r\n');
    const { message } = await openMailbox(stack).write({
      ...{ contentType: 'multipart/related; boundary=B', text: body, shownAs: 'A crack' },
    });
    const [picture, document] = message.attachments;
    expect([picture, document]).toMatchObject([
      { state: 'pending', fileName: 'crack.png', contentId: 'p@x', inline: true },
      { state: 'pending', fileName: 'invoice.pdf' },
    ]);
    const stored = [await updated(picture?.id ?? ''), await updated(document?.id ?? '')];
    expect(stored.map((each) => each?.state)).toEqual(['stored', 'stored']);
    expect(await objectAt(stored[0]?.uri)).toEqual(png);
    expect(await objectAt(stored[1]?.uri)).toEqual(pdf);
    expect((await objectAt(message.originalHtml)).toString()).toContain('<script>');
    expect((await objectAt(message.sanitizedHtml)).toString().trim()).toBe(
      '<p>A crack <img src="cid:p@x" /></p>',
    );
    await untilIdle(stack);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
