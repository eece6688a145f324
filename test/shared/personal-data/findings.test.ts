import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldBack } from '#shared/reply/personal-data/hold-back';
import { personalDataIn } from '#shared/reply/personal-data/personal-data';
import { patternProblem } from '#shared/reply/personal-data/safe-pattern';
import { visibleTexts } from '#shared/reply/personal-data/visible-text';
import { heldBackSentences } from '#test/fixtures/personal-data/held-back';

const none = { patterns: [], allowed: [] };
const findingsIn = (text: string, settings: Parameters<typeof personalDataIn>[1] = none) =>
  personalDataIn([{ path: 'content.text', text }], settings);

describe('what is found', () => {
  it('is told by its kind, its place and a part of it', async () => {
    const text = 'jane@example.com, +49 170 1234567, DE89370400440532013000, 4111 1111 1111 1111';
    expect(await findingsIn(text)).toEqual([
      { kind: 'email_address', excerpt: 'j…@e….com', path: 'content.text' },
      { kind: 'iban', excerpt: 'DE…00', path: 'content.text' },
      { kind: 'card_number', excerpt: '…1111', path: 'content.text' },
      { kind: 'phone_number', excerpt: '…67', path: 'content.text' },
    ]);
  });

  it.each(Object.values(heldBackSentences).flat())('is never told whole: %s', async (sentence) => {
    const { title } = heldBack(await findingsIn(sentence));
    for (const digits of title.match(/\d+/g) ?? []) expect(digits.length).toBeLessThanOrEqual(4);
    expect(title).not.toMatch(/\w{3,}@|@\w{3,}/);
  });

  it.each([
    ['a wrong check digit of an IBAN', 'DE88370400440532013000'],
    ['an IBAN of no country', 'XX89370400440532013000'],
    ['an IBAN that is too long', 'DE893704004405320130001'],
    ['a wrong check digit of a card', '4111 1111 1111 1112'],
    ['a number of no card scheme', '9111 1111 1111 1111'],
    ['a date', '27.11.2026'],
    ['a handle', '@jane_doe@social.example'],
    ['a file', 'logo@2x.png'],
    ['a word for at', 'meet us at the dot on the map'],
  ])('is not %s', async (_, text) => {
    expect(await findingsIn(text)).toEqual([]);
  });

  it('ends within a moment whatever the text is', async () => {
    const long = 20_000;
    for (const piece of [
      'a@',
      '@a.',
      '1 ',
      '0',
      '+1 ',
      '(0) ',
      'DE89 ',
      'at dot ',
      '1.',
      '4111-',
    ]) {
      const started = performance.now();
      await findingsIn(piece.repeat(long / piece.length));
      expect(performance.now() - started, piece).toBeLessThan(3000);
    }
  });

  it('never fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        await findingsIn(text);
      }),
    );
  });
});

describe('the settings of an account', () => {
  const patterns = [{ name: 'order number', pattern: '\\bAC-\\d{6,8}\\b' }];

  it('name numbers of its own', async () => {
    expect(await findingsIn('Your order ac-1234567 is out.', { ...none, patterns })).toEqual([
      { kind: 'pattern', name: 'order number', excerpt: '…67', path: 'content.text' },
    ]);
    expect(await findingsIn('Your order AC-12 is out.', { ...none, patterns })).toEqual([]);
  });

  it.each([
    ['its address', 'help@acme.example', 'Write to Help@ACME.example'],
    ['its domain', 'acme.example', 'Write to returns@acme.example'],
    ['its number', '+49 30 1234567', 'Ruf uns an: 030 1234567'],
    ['its number', '+49 30 1234567', 'Ruf uns an: +49 (0)30 / 12 34 56 7'],
    ['its account', 'DE89 3704 0044 0532 0130 00', 'Bitte an DE89370400440532013000'],
  ])('allow %s', async (_, allowed, text) => {
    expect(await findingsIn(text, { ...none, allowed: [allowed] })).toEqual([]);
    expect(
      await findingsIn(`${text}, jane@example.com`, { ...none, allowed: [allowed] }),
    ).toHaveLength(1);
  });

  it.each([
    'AC-\\d{6}',
    '[A-Z]{2}\\d{6,8}',
    '(?:AC|BD)-?\\d{4}(?:-\\d{2})?',
    '\\b\\d{3}-\\d{7}-\\d{7}\\b',
    'No\\. ?\\d{5,9}',
  ])('take %s as a pattern', (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
  });

  it.each([
    ['(a+)+$', 'a repeat without an end at character 3'],
    ['\\d*', 'it finds an empty text'],
    ['a\\d*', 'a repeat without an end'],
    ['\\d{4,}', 'a repeat without an end'],
    ['(?:a{1,20}){1,20}b', 'ways'],
    ['(?:a|a){20}b', 'ways'],
    ['\\d{1,30}\\d{1,30}\\d{1,30}x', 'ways'],
    ['a{31}', 'a repeat of more than 30'],
    ['(a)\\1', 'a reference to another part'],
    ['(?=a)b', 'a group that looks around'],
    ['(?<n>a)b', 'a group that looks around or has a name'],
    ['(', 'Invalid regular expression'],
    ['[', 'Invalid regular expression'],
    ['', 'it finds an empty text'],
  ])('refuse %s as a pattern', (pattern, reason) => {
    expect(patternProblem(pattern)).toContain(reason);
  });

  it('bound the time of every pattern they take', async () => {
    const pattern = '\\d{1,10}\\d{1,10}\\d{1,10}x';
    expect(patternProblem(pattern)).toBeUndefined();
    const started = performance.now();
    await findingsIn('1'.repeat(25_000), { ...none, patterns: [{ name: 'n', pattern }] });
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('the texts that are looked through', () => {
  const paths = (content: Parameters<typeof visibleTexts>[0]['content']) =>
    visibleTexts({ content }).map(({ path }) => path);

  it.each([
    [{ type: 'text', text: 'a', html: '<b>a</b>' } as const, ['content.text', 'content.html']],
    [
      {
        type: 'media',
        url: 's3://b/k',
        contentType: 'image/png',
        caption: 'a',
        fileName: 'b',
        altText: 'c',
      } as const,
      ['content.caption', 'content.fileName', 'content.altText'],
    ],
    [
      { type: 'buttons', text: 'a', buttons: [{ id: 'x', title: 'b' }] } as const,
      ['content.text', 'content.buttons[0].title'],
    ],
    [
      {
        ...{ type: 'template', name: 'order', language: 'en' },
        components: [{ type: 'body', parameters: [{ type: 'text', text: 'a' }] }],
        variables: { '1': 'b' },
      } as const,
      ['content.components[0].parameters[0].text', 'content.variables.1'],
    ],
    [
      { type: 'contacts', contacts: [{ name: 'a', phones: ['b'], emails: ['c'] }] } as const,
      [
        'content.contacts[0].name',
        'content.contacts[0].phones[0]',
        'content.contacts[0].emails[0]',
      ],
    ],
    [
      { type: 'link_button', text: 'a', title: 'b', url: 'https://a.example' } as const,
      ['content.text', 'content.title', 'content.url'],
    ],
  ])('are all that readers see of %j', (content, expected) => {
    expect(paths(structuredClone(content) as never)).toEqual(expected);
  });

  it('are those of the fallback, the subject and the name of the author too', () => {
    const command = {
      content: { type: 'text', text: 'a' } as const,
      fallbackTemplate: {
        type: 'template',
        name: 'n',
        language: 'en',
        components: [],
        variables: { '1': 'b' },
      } as const,
      subject: 'c',
      author: { displayName: 'd' },
    };
    expect(visibleTexts(structuredClone(command) as never).map(({ path }) => path)).toEqual([
      ...['content.text', 'fallbackTemplate.variables.1', 'subject', 'author.displayName'],
    ]);
  });
});
