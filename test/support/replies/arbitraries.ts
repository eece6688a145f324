import fc from 'fast-check';
import type { ReplyContent } from '#shared/model/reply-content';

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;

/** Whatever people write: letters of every script, emoji of several characters, line ends, addresses of pages. */
const words = fc.constantFrom(
  ...[
    'Hello',
    'Grüße',
    '日本語',
    '👍',
    '👩‍👩‍👧',
    ' ',
    '\n',
    '\t',
    '.',
    'https://shop.example/a?b=c',
  ],
  ...['example.com', '<b>&amp;', '"', '\\', '\u200b', 'e\u0301', '‏שלום', '…'],
);
const noText = fc.constantFrom('\u0000', '\u0085', '\ufffe');
const scrap = fc.oneof({ weight: 80, arbitrary: words }, { weight: 1, arbitrary: noText });
const sentence = fc.array(scrap, { minLength: 1, maxLength: 12 }).map((some) => some.join(''));

/** A text of about so many characters, or so many UTF-16 code units. */
export function near(limit: number): fc.Arbitrary<string> {
  const around = fc.constantFrom(limit - 1, limit, limit + 1).filter((length) => length > 0);
  const filler = fc.constantFrom('x', 'é', '日', '👍', 'ab ', 'word. ', 'x\n');
  const long = fc.tuple(around, filler, fc.boolean()).map(([length, unit, inUnits]) => {
    const text = unit.repeat(Math.ceil(length / (inUnits ? unit.length : [...unit].length)));
    return inUnits ? text.slice(0, length).toWellFormed() : [...text].slice(0, length).join('');
  });
  return fc.oneof(sentence, long);
}

const optional = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Without the members that are undefined. */
function given<Value extends object>(value: Value): Value {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as Value;
}

const text: fc.Arbitrary<Of<'text'>> = fc
  .record({
    type: fc.constant('text' as const),
    text: fc.oneof(near(280), near(1600), near(4096), near(8000), near(10_000), near(40_960)),
    linkPreview: optional(fc.boolean()),
  })
  .map(given);

const contentType = fc.constantFrom(
  ...['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'video/mp4', 'audio/ogg; codecs=opus'],
  ...['audio/aac', 'application/pdf', 'text/plain', 'IMAGE/PNG', 'nonsense'],
);
const source = fc.oneof(
  fc
    .constantFrom(
      ...['https://files.example/a', 's3://archive/uploads/a.pdf', 's3://archive/media/a.jpg'],
      ...[
        's3://archive/raw/a',
        's3://other/uploads/a',
        'S3://archive/uploads/a',
        'http://a.example',
      ],
      ...['s3://archive/uploads/../raw/a', 'ftp://a.example/b', 'HTTPS://files.example/a'],
      ...['https://10.0.0.1/a', 'https://nas.local/a', 'https://u:p@files.example/a'],
    )
    .map((url) => ({ url })),
  fc.constantFrom('4490709327384033', 'abc').map((providerMediaId) => ({ providerMediaId })),
);
const media: fc.Arbitrary<Of<'media'>> = fc
  .tuple(
    source,
    fc.record({
      type: fc.constant('media' as const),
      contentType,
      fileName: optional(fc.oneof(fc.constantFrom('', 'a.pdf'), near(240))),
      caption: optional(fc.oneof(fc.constant(''), near(1024))),
      voice: optional(fc.boolean()),
    }),
  )
  .map(([from, rest]) => given({ ...rest, ...from }));

const degrees = fc.oneof(
  fc.double({ min: -200, max: 200, noNaN: true }),
  fc.constantFrom(90, -90, 180, 180.1, 1e-9, -0),
);
const location: fc.Arbitrary<Of<'location'>> = fc
  .record({
    ...{ type: fc.constant('location' as const), latitude: degrees, longitude: degrees },
    name: optional(fc.oneof(fc.constant(''), sentence)),
    address: optional(sentence),
  })
  .map(given);

const card = fc
  .record({
    name: optional(fc.oneof(fc.constant(''), sentence)),
    organization: optional(fc.oneof(fc.constant(''), sentence)),
    phones: fc.array(fc.constantFrom('+44 20 7946 0000', '110', ''), { maxLength: 2 }),
    emails: fc.array(fc.constantFrom('ada@shop.example', ''), { maxLength: 2 }),
  })
  .map(given);
const contacts: fc.Arbitrary<Of<'contacts'>> = fc.record({
  type: fc.constant('contacts' as const),
  contacts: fc.array(card, { maxLength: 3 }),
});

const reaction: fc.Arbitrary<Of<'reaction'>> = fc.record({
  type: fc.constant('reaction' as const),
  messageId: fc.constant('<message>'),
  emoji: fc.oneof(fc.constantFrom('', '👍', '❤️', '👩‍👩‍👧', '🇩🇪', '1️⃣', 'ok', 'a', '👍👍'), sentence),
});

const frame = (max: number) => ({
  text: near(max),
  header: optional(near(60)),
  footer: optional(near(60)),
});
const name = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), near(20));
const buttons: fc.Arbitrary<Of<'buttons'>> = fc
  .record({
    type: fc.constant('buttons' as const),
    ...frame(1024),
    buttons: fc.array(fc.record({ id: name, title: name }), { minLength: 1, maxLength: 4 }),
  })
  .map(given);

const row = fc.record({ id: name, title: near(24), description: optional(near(72)) }).map(given);
const section = fc
  .record({
    title: optional(near(24)),
    rows: fc.array(row, { minLength: 1, maxLength: 5 }),
  })
  .map(given);
const list: fc.Arbitrary<Of<'list'>> = fc
  .record({
    type: fc.constant('list' as const),
    ...frame(4096),
    button: near(20),
    sections: fc.array(section, { minLength: 1, maxLength: 3 }),
  })
  .map(given);

const linkButton: fc.Arbitrary<Of<'link_button'>> = fc
  .record({
    ...{ type: fc.constant('link_button' as const), ...frame(1024), title: near(20) },
    url: fc.constantFrom('https://shop.example/t', 'http://a.example', 'mailto:a@b.example'),
  })
  .map(given);

const link = fc.constantFrom(
  ...[
    'https://files.example/a.png',
    's3://archive/uploads/a.png',
    'S3://x/y',
    'nonsense',
    'https:',
    'https://[::1]/a.png',
    'http://files.example/a.png',
  ],
);
const amount = fc.constantFrom(100_990, '100990', 1.5, 'much');
const parameter = fc.oneof(
  fc.oneof(sentence, fc.constantFrom('', 'a\nb', '5     x')).map((each) => ({
    ...{ type: 'text', text: each },
  })),
  link.map((each) => ({ type: 'image', image: { link: each } })),
  fc.constantFrom('', 'x', 'x'.repeat(129)).map((payload) => ({ type: 'payload', payload })),
  fc.tuple(fc.constantFrom('EUR', 'eur', '', 'EURO'), amount).map(([code, amount_1000]) => ({
    type: 'currency',
    currency: { fallback_value: '1 €', code, amount_1000 },
  })),
  fc
    .constantFrom('first_name', 'First', '', 'a b')
    .map((parameter_name) => ({ type: 'text', text: 'Ada', parameter_name })),
  fc.constantFrom('txt', 'text').map((member) => ({ type: 'text', [member]: 'Ada' })),
);
const component = fc.oneof(
  fc
    .record({
      type: fc.constantFrom('header', 'body', 'BODY', 'Body', 'buttons'),
      parameters: optional(fc.array(parameter, { maxLength: 2 })),
    })
    .map(given),
  fc
    .record({
      type: fc.constant('button'),
      sub_type: optional(fc.constantFrom('url', 'quick_reply')),
      index: optional(fc.constantFrom(0, 9, 10, '3')),
      parameters: optional(fc.array(parameter, { maxLength: 1 })),
    })
    .map(given),
  fc.constantFrom(0, undefined, 12).map((card_index) => ({
    type: 'carousel',
    cards: [{ ...given({ card_index }), components: [] }],
  })),
  fc.constantFrom({ type: 'body', text: 'Hello' }, { type: 'body', parameters: null }),
);
const category = fc.constantFrom('marketing' as const, 'utility' as const);
export const template: fc.Arbitrary<Of<'template'>> = fc
  .record({
    type: fc.constant('template' as const),
    name: fc.oneof(fc.constantFrom('order_update', `HX${'b'.repeat(32)}`), near(512)),
    language: fc.constantFrom('en', 'en_US', 'English', 'zh_CN'),
    components: fc.array(component as fc.Arbitrary<never>, { maxLength: 3 }),
    category: optional(category),
    variables: optional(
      fc.dictionary(fc.constantFrom('1', 'name', 'a b'), near(20), { maxKeys: 2 }),
    ),
  })
  .map(given);

const ofType = {
  ...{ text, media, location, contacts, reaction, buttons, list },
  ...{ link_button: linkButton, template },
} satisfies Record<ReplyContent['type'], fc.Arbitrary<ReplyContent>>;

/** Replies of every type around the limits of the channels; about half of them would be refused somewhere. */
export const replyContent: fc.Arbitrary<ReplyContent> = fc.oneof(...Object.values(ofType));

/** The same, of one of these types. */
export function replyContentOf(types: readonly ReplyContent['type'][]): fc.Arbitrary<ReplyContent> {
  return fc.oneof(...types.map((type): fc.Arbitrary<ReplyContent> => ofType[type]));
}
