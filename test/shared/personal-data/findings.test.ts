import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PersonalData } from '#infra/cdk/config/personal-data';
import { heldBack } from '#shared/reply/personal-data/hold-back';
import { personalDataIn } from '#shared/reply/personal-data/personal-data';
import { patternProblem } from '#shared/reply/personal-data/safe-pattern';
import { visibleTexts } from '#shared/reply/personal-data/visible-text';
import { heldBackSentences } from '#test/fixtures/personal-data/held-back';
import { besideEachOther, ordinary, typed } from '#test/fixtures/personal-data/typed';

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
      '01 ',
      '0170 7654321 ',
      'D E ',
      'jane at ',
      '"a',
      'Bestellnummer ',
      '4111/',
      '1.',
      '4111-',
    ]) {
      const started = performance.now();
      await findingsIn(piece.repeat(long / piece.length));
      expect(performance.now() - started, piece).toBeLessThan(3000);
    }
  });

  const cases = Object.entries(typed).flatMap(([kind, texts]) =>
    texts.map((text) => ({ kind, text })),
  );
  it.each(cases)('is $kind as agents type it: $text', async ({ kind, text }) => {
    expect((await findingsIn(text)).map((finding) => finding.kind)).toEqual([kind]);
    const within = await findingsIn(`Hello,\n${text}\nThanks`);
    expect(within.map((finding) => finding.kind)).toEqual([kind]);
  });

  it.each(besideEachOther)('is each of several: %s', async (text, kind, count) => {
    const kinds = (await findingsIn(text)).map((finding) => finding.kind);
    expect(kinds).toEqual(Array.from({ length: count }, () => kind));
  });

  it.each(ordinary)('is not in %s', async (text) => {
    expect(await findingsIn(text)).toEqual([]);
  });

  it('is a telephone number beside the number of an order, if the text speaks of calls', async () => {
    const [finding] = await findingsIn('Call us for your order 0170 7654321.');
    expect(finding?.kind).toBe('phone_number');
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
    ['オーダー\\d{6}', 'オーダー123456'],
    ['オーダー\\d{6}', 'ご注文はオーダー１２３４５６です'],
    ['AC–\\d{6}', 'AC–123456'],
    ['AC\u2011\\d{6}', 'AC\u2011123456'],
    ['№\\d{6}', '№123456'],
    ['Bestellung·\\d{6}', 'Bestellung·123456'],
    ['AC-\\d{6}', 'AC\u2011123456'],
    ['AC  \\d{6}', 'AC  123456'],
    ['Ä\\d{6}', 'A\u0308123456'],
  ])('find %s in %s, however it is written', async (pattern, text) => {
    const settings = { ...none, patterns: [{ name: 'order', pattern }] };
    expect(patternProblem(pattern)).toBeUndefined();
    expect((await findingsIn(text, settings)).map(({ kind }) => kind)).toEqual(['pattern']);
  });

  it('take a pattern by the letter', async () => {
    expect(await findingsIn('AC 1234567, AC - 1234567', { ...none, patterns })).toEqual([]);
    const loose = [{ name: 'order number', pattern: '\\bAC ?-? ?\\d{6,8}\\b' }];
    const found = await findingsIn('AC 1234567, AC - 1234567', { ...none, patterns: loose });
    expect(found).toHaveLength(2);
  });

  it('find with a pattern nothing that belongs to an allowed address', async () => {
    const settings = { patterns: [{ name: 'n', pattern: '\\d{6}' }], allowed: ['acme.example'] };
    expect(await findingsIn('Write to 123456@acme.example', settings)).toEqual([]);
  });

  it('allow one number, and not the one beside it', async () => {
    const allowed = ['4111 1111 1111 1111', '030 2345678'];
    for (const text of ['4111 1111 1111 1111 5555 5555 5555 4444', '030 2345678 / 0170 7654321']) {
      expect(await findingsIn(text, { ...none, allowed }), text).toHaveLength(1);
    }
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
    ['(?:a{1,20}){1,20}b', 'steps'],
    ['(?:a|a){20}b', 'steps'],
    ['\\d{1,30}\\d{1,30}\\d{1,30}x', 'steps'],
    [
      '[a-z]{0,30}[a-z]{0,30}\\d',
      'it can take 1921 steps at one place of a text, allowed are 1000',
    ],
    ['(?:(?:(?:a{30}){30}){30}){30}', 'steps'],
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

  it('bound the steps of all patterns together', () => {
    const pattern = '\\d{0,20}\\d{0,20}x';
    const patterns = [1, 2, 3].map((each) => ({ name: `n${each}`, pattern }));
    expect(PersonalData.safeParse({ patterns: patterns.slice(0, 1) }).success).toBe(true);
    const { error } = PersonalData.safeParse({ patterns });
    expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      [
        'patterns',
        'together they can take 2643 steps at one place of a text, allowed are 1000: repeat fewer parts, or each fewer times',
      ],
    ]);
  });

  it('bound the time of all patterns they take', async () => {
    const patterns = Array.from({ length: 20 }, (_, index) => ({
      name: `n${index}`,
      pattern: '[a-z]{0,5}[a-z]{0,5}\\d',
    }));
    expect(PersonalData.safeParse({ patterns }).success).toBe(false);
    const one = [{ name: 'n', pattern: '[a-z]{0,20}[a-z]{0,20}\\d' }];
    expect(PersonalData.safeParse({ patterns: one }).success).toBe(true);
    const started = performance.now();
    await findingsIn('a'.repeat(25_000), { ...none, patterns: one });
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
      ['content.caption', 'content.altText'],
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

  it('are those of the fallback and the subject too, not the names of the author and of files', () => {
    const command = {
      content: {
        ...{ type: 'text', text: 'a' },
        attachments: [
          { url: 's3://b/k', contentType: 'image/png', fileName: 'jane@gmail.com', altText: 'e' },
        ],
      } as const,
      fallbackTemplate: {
        type: 'template',
        name: 'n',
        language: 'en',
        components: [],
        variables: { '1': 'b' },
      } as const,
      subject: 'c',
      author: { displayName: 'jane@gmail.com' },
    };
    expect(visibleTexts(structuredClone(command) as never).map(({ path }) => path)).toEqual([
      ...['content.text', 'content.attachments[0].altText'],
      ...['fallbackTemplate.variables.1', 'subject'],
    ]);
  });
});
