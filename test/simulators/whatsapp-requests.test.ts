import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRequest } from '#infra/local/simulators/whatsapp/request';
import { textOfSend } from '#infra/local/simulators/whatsapp/send';
import { customer, text } from './whatsapp-harness.ts';

const corpus = '../shared/corpus/whatsapp';
const { type: _type, text: _text, ...envelope } = text;
const of = (type: string, content: unknown) => ({ ...envelope, type, [type]: content });
const rows = (count: number, prefix = 'r') =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, title: `Row ${index}` }));
const buttons = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    type: 'reply',
    reply: { id: `b${index}`, title: `Button ${index}` },
  }));
const button = (change: object = {}) =>
  of('interactive', {
    type: 'button',
    body: { text: 'Well?' },
    action: { buttons: buttons(3) },
    ...change,
  });
const list = (sections: readonly object[], change: object = {}) =>
  of('interactive', {
    type: 'list',
    body: { text: 'Which?' },
    action: { button: 'Choose', sections },
    ...change,
  });
const link = (url: string, display_text = 'Open') =>
  of('interactive', {
    type: 'cta_url',
    body: { text: 'Look' },
    action: { name: 'cta_url', parameters: { display_text, url } },
  });
const template = (...components: readonly object[]) =>
  of('template', { name: 'order_update', language: { code: 'de' }, components });
const parameter = (words: string) => ({
  type: 'body',
  parameters: [{ type: 'text', text: words }],
});
const long = (length: number) => 'x'.repeat(length);

/** The text under which a request is listed, or the refusal's code and words. */
function outcome(request: unknown): string | { code: number; words: string } {
  const read = readRequest(request);
  if ('send' in read) return textOfSend(read.send);
  if ('read' in read) return 'read';
  const { error } = JSON.parse(read.refusal.body);
  return { code: error.code, words: error.error_data?.details ?? error.message };
}

describe('a request that keeps the rules is taken', () => {
  it.each<[string, unknown, string]>([
    ['a text without a type', { ...envelope, text: { body: 'hi', preview_url: true } }, 'hi'],
    ['a text of 4096', of('text', { body: long(4096) }), long(4096)],
    ['an image by id', of('image', { id: '123', caption: 'Ada' }), 'Ada'],
    ['a document by link', of('document', { link: 'https://a.example/b', filename: 'b' }), 'b'],
    ['a voice message', of('audio', { id: '5', voice: true }), '[audio]'],
    ['a sticker', of('sticker', { id: '5' }), '[sticker]'],
    ['a place at zero', of('location', { latitude: 0, longitude: '0' }), '0, 0'],
    [
      'a card',
      of('contacts', [{ name: { formatted_name: 'Ada L', first_name: 'Ada' }, phones: [{}] }]),
      'Ada L',
    ],
    ['a reaction', of('reaction', { message_id: 'wamid.1', emoji: '👨‍👩‍👧' }), '👨‍👩‍👧'],
    ['its removal', of('reaction', { message_id: 'wamid.1', emoji: '' }), '[reaction removed]'],
    ['three buttons', button({ footer: { text: 'foot' } }), 'Well?'],
    [
      'ten rows',
      list([
        { title: 'A', rows: rows(4, 'a') },
        { title: 'B', rows: rows(6) },
      ]),
      'Which?',
    ],
    ['a link button', link('https://a.example'), 'Look'],
    ['a flow', of('interactive', { type: 'flow', action: { name: 'flow' } }), '[flow]'],
    ['a template', template(parameter('Ada')), '[template order_update]'],
  ])('%s', (_, request, shown) => {
    expect(outcome(request)).toBe(shown);
  });
});

describe('a request that breaks a rule is refused', () => {
  const length = (name: string, max: number, least = 1) =>
    `${name} length invalid. Min length: ${least}, Max length: ${max}`;
  it.each<[string, unknown, number, string]>([
    ['another product', { ...text, messaging_product: 'messenger' }, 100, 'messaging_product'],
    ['a BSUID in `to`', { ...text, to: 'DE.44' }, 100, 'not a phone number'],
    ['nobody', { ...text, to: undefined }, 131008, 'The parameter to is required.'],
    ['an unknown key', { ...text, colour: 'x' }, 100, '(#100) Unexpected key "colour".'],
    [
      'a file name on an image',
      of('image', { id: '1', filename: 'a' }),
      100,
      '(#100) Unexpected key "filename" on param "image".',
    ],
    ['an unknown type', of('hologram', {}), 100, 'VIDEO} - got "hologram".'],
    ['no content', { ...envelope, type: 'image' }, 131008, 'The parameter image is required.'],
    ['no body', of('text', {}), 131008, "The parameter text['body'] is required."],
    [
      'a text of 4097',
      of('text', { body: long(4097) }),
      100,
      "(#100) Param text['body'] must be at most 4096 characters long.",
    ],
    ['an empty text', of('text', { body: '' }), 100, 'body'],
    ['callback data of 513', { ...text, biz_opaque_callback_data: long(513) }, 100, '512'],
    ['an image of nothing', of('image', { caption: 'x' }), 100, 'exactly one of id and link'],
    ['an image twice', of('image', { id: '1', link: 'https://a.example' }), 100, 'exactly one'],
    [
      'a caption on a sound',
      of('audio', { id: '1', caption: 'x' }),
      100,
      'Unexpected key "caption"',
    ],
    ['a caption of 1025', of('image', { id: '1', caption: long(1025) }), 100, '1024'],
    ['a place beyond the pole', of('location', { latitude: 91, longitude: 0 }), 100, 'latitude'],
    [
      'a card with one name',
      of('contacts', [{ name: { formatted_name: 'A' } }]),
      100,
      'other name',
    ],
    ['258 cards', of('contacts', Array(258).fill({})), 100, 'contacts'],
    ['two emoji', of('reaction', { message_id: 'wamid.1', emoji: '👍👍' }), 100, 'one emoji'],
    [
      'a reaction that quotes',
      { ...of('reaction', { message_id: 'w', emoji: '👍' }), context: { message_id: 'w' } },
      100,
      'context',
    ],
    ['four buttons', button({ action: { buttons: buttons(4) } }), 131009, 'Max allowed buttons: 3'],
    [
      'a long button',
      button({ action: { buttons: [{ type: 'reply', reply: { id: 'a', title: long(21) } }] } }),
      131009,
      length('Button title', 20),
    ],
    [
      'one button twice',
      button({ action: { buttons: [...buttons(1), ...buttons(1)] } }),
      131009,
      'Duplicate button id',
    ],
    ['a long body', button({ body: { text: long(1025) } }), 131009, length('Body text', 1024)],
    ['a long footer', button({ footer: { text: long(61) } }), 131009, length('Footer text', 60, 0)],
    ['eleven rows', list([{ rows: rows(11) }]), 131009, 'max allowed count: 10'],
    ['one row twice', list([{ rows: [...rows(1), ...rows(1)] }]), 131009, 'Duplicate row id'],
    [
      'sections without titles',
      list([{ rows: rows(1, 'a') }, { rows: rows(1) }]),
      131009,
      'Section title',
    ],
    [
      'a picture over a list',
      list([{ rows: rows(1) }], { header: { type: 'image', image: { id: '1' } } }),
      131009,
      'text',
    ],
    ['a link that is none', link('a.example'), 131009, 'URL'],
    ['an empty template parameter', template(parameter('')), 131008, 'missing text value'],
    ['a line break in one', template(parameter('a\nb')), 100, 'new-line'],
    ['a component of no kind', template({ type: 'leg' }), 100, 'components'],
    [
      'a read mark of nothing',
      { messaging_product: 'whatsapp', status: 'read' },
      131008,
      'message_id',
    ],
    ['no JSON object', 'x', 131008, 'messaging_product'],
  ])('%s', (_, request, code, words) => {
    expect(outcome(request)).toEqual({ code, words: expect.stringContaining(words) });
  });
});

describe("Meta's own examples", () => {
  const files = existsSync(corpus) ? globSync(`${corpus}/send/request.*.json`) : [];
  /** What stands for a value in Meta's examples is none; everything else is left as it is. */
  const filled = (file: string): unknown =>
    JSON.parse(
      readFileSync(file, 'utf8')
        .replaceAll(/"to": ?"[^"+]*"/g, `"to": "${customer}"`)
        .replaceAll(/"(<http\(s\):\/\/|http\(s\):\/\/)[^"]*"/g, '"https://files.example/a"')
        .replaceAll(/"id": ?"<\w*OBJECT_ID>"/g, '"id": "123"')
        .replaceAll(/"<(?=[^"]{20,}>")[^"]*>"/g, (words) => `"${words.slice(-14, -2)}"`),
    );

  it('are taken', () => {
    const outcomes = files.map((file) => [basename(file), outcome(filled(file))] as const);
    console.log(`whatsapp send requests: ran ${files.length} corpus cases`);
    expect(outcomes.filter(([, each]) => typeof each !== 'string')).toEqual([]);
  });

  it('of errors have the shape of ours', () => {
    const errors = existsSync(corpus) ? globSync(`${corpus}/authored/resp-*-error-1*.json`) : [];
    for (const file of errors) {
      const { error } = JSON.parse(readFileSync(file, 'utf8'));
      const refusal = readRequest({ ...text, to: 5 });
      if (!('refusal' in refusal)) throw new Error('a number was taken for a phone');
      const ours = JSON.parse(refusal.refusal.body).error;
      expect(Object.keys(ours)).toEqual(Object.keys(error));
      expect(Object.keys(ours.error_data)).toEqual(Object.keys(error.error_data));
    }
    console.log(`whatsapp error bodies: ran ${errors.length} corpus cases`);
  });
});
