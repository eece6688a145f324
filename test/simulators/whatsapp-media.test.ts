import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mediaKinds } from '#infra/local/simulators/whatsapp/samples';
import { number, text, whatsappHarness } from './whatsapp-harness.ts';

const { ask, send, write, values, url } = whatsappHarness();
const { type: _type, text: _text, ...envelope } = text;
const png = Buffer.from('89504e470d0a1a0a', 'hex');
const token = { authorization: 'Bearer EAA' };

async function upload(change: Readonly<Record<string, string | Blob | undefined>> = {}) {
  const parts = {
    messaging_product: 'whatsapp',
    type: 'image/png',
    file: new File([png], 'a.png', { type: 'image/png' }),
    ...change,
  };
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) {
    if (value !== undefined) form.append(name, value);
  }
  const target = `${url()}/v25.0/${number}/media`;
  const response = await fetch(target, { method: 'POST', headers: token, body: form });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const clock = (offsetSeconds: number) => ask('POST', '/_clock', { offsetSeconds });
const fetchFile = (address: string, headers: Record<string, string> = token) =>
  fetch(address, { headers });

describe('a file of ours', () => {
  it('is uploaded, looked up, sent, and deleted', async () => {
    const { status, body } = await upload();
    expect(status).toBe(200);
    expect(body).toEqual({ id: expect.stringMatching(/^\d{16}$/) });
    const { id } = body;
    const image = { ...envelope, type: 'image', image: { id, caption: 'Look' } };
    expect((await send(image)).status).toBe(200);
    expect((await ask('GET', '/_sent')).body).toMatchObject([{ text: 'Look', request: image }]);
    const path = `/v25.0/${id}?phone_number_id=${number}`;
    expect((await ask('GET', path)).body).toMatchObject({ id, file_size: '8' });
    expect((await ask('DELETE', path)).body).toEqual({ success: true });
    expect((await ask('GET', path)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
    expect((await send(image)).body.error.code).toBe(100);
  });

  it('belongs to its number, and lives thirty days', async () => {
    const { id } = (await upload()).body;
    const image = { ...envelope, type: 'image', image: { id } };
    const refused = await send(image, 'EAA', '600700800900');
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toBe(
      "(#100) Param image['id'] is not a valid whatsapp business account media attachment ID",
    );
    const other = await ask('GET', `/v25.0/${id}?phone_number_id=600700800900`);
    expect(other.body.error.message).toContain('phone_number_id is not a valid');
    await clock(30 * 86_400 - 60);
    expect((await send(image)).status).toBe(200);
    await clock(30 * 86_400 + 60);
    expect((await send(image)).status).toBe(400);
  });

  it('that was never uploaded is refused wherever it stands', async () => {
    const parameters = [{ type: 'image', image: { id: '77' } }];
    const template = { name: 'a', language: { code: 'de' } };
    const components = [{ type: 'header', parameters }];
    const body = { ...envelope, type: 'template', template: { ...template, components } };
    expect((await send(body)).body.error.message).toContain(
      "template['components'][0]['parameters'][0]['image']['id'] is not a valid",
    );
  });

  it.each<[string, Record<string, string | Blob | undefined>, string]>([
    ['no product', { messaging_product: undefined }, 'messaging_product is required'],
    ['no file', { file: undefined }, 'file is required'],
    ['a text in its place', { file: 'x' }, 'file is required'],
    ['no type', { type: undefined }, 'type is required'],
    [
      'a type Meta does not take',
      { file: new File([png], 'a.mov', { type: 'video/quicktime' }) },
      "Received file of type 'video/quicktime'.",
    ],
    [
      'a picture over 5 MB',
      { file: new File([Buffer.alloc(5 * 1024 * 1024 + 1)], 'a.png', { type: 'image/png' }) },
      'size of at most 5242880',
    ],
  ])('is refused with %s', async (_, change, words) => {
    const { status, body } = await upload(change);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 100, message: expect.stringContaining(words) });
  });

  it('is refused where the form is none', async () => {
    expect((await ask('POST', `/v25.0/${number}/media`, { a: 1 })).status).toBe(400);
  });
});

describe("a customer's file", () => {
  it.each(mediaKinds)('of kind %s comes with its hash, and is there to fetch', async (kind) => {
    await write({ text: 'this', media: { kind, fileName: 'a.bin' } });
    const [message] = (await values(1))[0]?.messages ?? [];
    const type = kind === 'voice' ? 'audio' : kind;
    expect(message).toMatchObject({ type, from: '491701234567' });
    const file = message?.[type] as Record<string, string>;
    expect(file).toMatchObject({ caption: 'this', filename: 'a.bin' });
    expect(file['voice']).toBe(type === 'audio' ? kind === 'voice' : undefined);
    const found = (await ask('GET', `/v25.0/${file['id']}`)).body;
    expect(found).toMatchObject({ mime_type: file['mime_type'], messaging_product: 'whatsapp' });
    for (const address of [file['url'], found.url]) {
      const response = await fetchFile(address);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(response.headers.get('content-type')).toBe(found.mime_type);
      expect(String(bytes.length)).toBe(found.file_size);
      const hash = createHash('sha256').update(bytes);
      expect(hash.copy().digest('base64')).toBe(file['sha256']);
      expect(hash.digest('hex')).toBe(found.sha256);
    }
  });

  it('may be any bytes', async () => {
    const base64 = png.toString('base64');
    await write({ media: { kind: 'document', base64, contentType: 'image/png' } });
    const document = (await values(1))[0]?.messages?.[0]?.['document'] as Record<string, string>;
    expect(document).toMatchObject({ mime_type: 'image/png' });
    expect(document).not.toHaveProperty('caption');
    const response = await fetchFile(document['url'] ?? '');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
  });

  it('is behind its address for five minutes, for whoever has the token; its id lives a week', async () => {
    await write({ media: { kind: 'image' } });
    const image = (await values(1))[0]?.messages?.[0]?.['image'] as Record<string, string>;
    const address = image['url'] ?? '';
    expect((await fetchFile(address, {})).status).toBe(401);
    expect((await fetchFile(address.replace(/hash=ARk./, 'hash=ARkx'))).status).toBe(404);
    await clock(290);
    expect((await fetchFile(address)).status).toBe(200);
    await clock(310);
    expect((await fetchFile(address)).status).toBe(404);
    const again = (await ask('GET', `/v25.0/${image['id']}`)).body;
    expect((await fetchFile(again.url)).status).toBe(200);
    await clock(7 * 86_400 + 60);
    const gone = await ask('GET', `/v25.0/${image['id']}`);
    expect(gone).toMatchObject({ status: 400, body: { error: { error_subcode: 33 } } });
  });
});
