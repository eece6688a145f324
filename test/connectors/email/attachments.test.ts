import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mailOf, readMessage } from './inbox.ts';

function mailWith(parts: readonly (readonly [headers: string, body: string])[]): string {
  const body = parts.map(([headers, text]) => `--B\n${headers}\n\n${text}\n`).join('');
  return mailOf(`${body}--B--\n`, [
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary=B',
  ]);
}
const base64 = 'Content-Transfer-Encoding: base64';

describe('an attachment', () => {
  it('has its bytes, their size and their hash', async () => {
    const bytes = Buffer.from([0, 1, 2, 255, 13, 10, 0]);
    const headers = `Content-Type: application/x-own; name=a.bin\n${base64}`;
    const { attachments } = await readMessage(mailWith([[headers, bytes.toString('base64')]]));
    expect(Buffer.from(attachments[0]?.bytes ?? [])).toEqual(bytes);
    expect(attachments[0]).toMatchObject({
      sizeBytes: 7,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  it('is inline when the HTML shows it, by whatever spelling', async () => {
    const html = '<img src="cid:one@x"><img src=CID:two%40x><td background="cid:three@x"> cid:else';
    const picture = (id: string) =>
      [`Content-Type: image/png\nContent-ID: <${id}>\n${base64}`, 'iVBORw=='] as const;
    const { attachments } = await readMessage(
      mailWith([
        ['Content-Type: text/html', html],
        ...['one@x', 'two@x', 'three@x', 'four@x'].map(picture),
      ]),
    );
    expect(attachments.map(({ contentId, inline }) => [contentId, inline])).toEqual([
      ['one@x', true],
      ['two@x', true],
      ['three@x', true],
      ['four@x', undefined],
    ]);
  });

  it('keeps the extension of a name that is cut', async () => {
    const name = `${'x'.repeat(400)}.pdf`;
    const headers = `Content-Type: application/pdf; name="${name}"\n${base64}`;
    const { attachments } = await readMessage(mailWith([[headers, 'JVBERg==']]));
    expect(attachments[0]?.fileName).toMatch(/^x{251}\.pdf$/);
  });

  it('has a type that is one', async () => {
    const headers = `Content-Type: application/${'x'.repeat(500)}\n${base64}`;
    const { attachments } = await readMessage(mailWith([[headers, 'AAAA']]));
    expect(attachments[0]?.contentType).toBe('application/octet-stream');
  });

  it('in the format of Outlook stays a file', async () => {
    const headers = `Content-Type: application/ms-tnef; name="winmail.dat"\n${base64}`;
    const { attachments } = await readMessage(mailWith([[headers, 'eJ8+IgEAAQ==']]));
    expect(attachments).toMatchObject([
      { fileName: 'winmail.dat', state: 'pending', sizeBytes: 7 },
    ]);
  });
});

it('tells that files beyond the limit were left out', async () => {
  const part = (index: number) =>
    `--B\r\nContent-Type: application/pdf; name=f${index}.pdf\r\n\r\nx${index}\r\n`;
  const mail = (count: number) =>
    `From: anna@customer.example\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n${Array.from(
      { length: count },
      (_, index) => part(index),
    ).join('')}--B--`;
  const [all, more] = [await readMessage(mail(500)), await readMessage(mail(501))];
  expect([all.attachments.length, all.metadata?.truncated]).toEqual([500, undefined]);
  expect([more.attachments.length, more.metadata?.truncated]).toEqual([500, 'files']);
});
