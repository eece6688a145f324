import { describe, expect, it } from 'vitest';
import { checkContent } from '#connectors/whatsapp/outbound/check/content';
import type { ReplyContent } from '#shared/model/reply-content';

const withComponents = (...components: readonly unknown[]) =>
  ({ type: 'template', name: 'n', language: 'en', components }) as ReplyContent;
const problemOf = (...components: readonly unknown[]) => {
  const problem = checkContent(withComponents(...components));
  if (problem) expect(problem.code).toBe('invalid_reply');
  return problem?.title;
};
const body = (parameter: object) => ({ type: 'body', parameters: [parameter] });
const header = (parameter: object) => ({ type: 'header', parameters: [parameter] });
const button = (change: object) => ({ type: 'button', sub_type: 'url', index: 0, ...change });
const currency = (change: object) =>
  body({
    type: 'currency',
    currency: { fallback_value: '100,99 €', code: 'EUR', amount_1000: 100_990, ...change },
  });
const date = (change: object) =>
  body({ type: 'date_time', date_time: { fallback_value: 'today', ...change } });
const image = (source: object) => header({ type: 'image', image: source });
const shop = { latitude: '52.52', longitude: 13.4, name: 'Shop', address: 'Here 1' };
const card = (change: object) => ({
  type: 'carousel',
  cards: [{ card_index: 0, components: [], ...change }],
});
const link = 'https://files.example/a.png';

const at = 'components[0]';
const first = `${at}.parameters[0]`;
/** What the complaint begins with, and the component. */
const faults: readonly (readonly [string, unknown])[] = [
  // A component.
  [`${at}.type is missing; WhatsApp takes header, body, button`, {}],
  [`${at}.type is ""; WhatsApp takes`, { type: '' }],
  [`${at}.type is 7; WhatsApp takes`, { type: 7 }],
  [`${at}.type is "Body"; did you mean body?`, { type: 'Body' }],
  [`${at}.type is "buttons"; did you mean button?`, { type: 'buttons' }],
  [`${at}.paramters is unknown; did you mean parameters?`, { type: 'body', paramters: [] }],
  [`${at}.text is unknown; allowed: type, parameters`, { type: 'body', text: 'Hello' }],
  [`${at}.index is unknown; allowed: type, parameters`, { type: 'HEADER', index: 0 }],
  [`${at}.parameters is no list`, { type: 'body', parameters: {} }],
  [`${at}.parameters is no list`, { type: 'body', parameters: null }],
  // A button.
  [`${at}.sub_type is missing`, button({ sub_type: undefined })],
  [`${at}.sub_type is missing`, { type: 'BUTTON', index: 0 }],
  [`${at}.sub_type is "phone_number"`, button({ sub_type: 'phone_number' })],
  [`${at}.index is missing; allowed: 0 to 9`, button({ index: undefined })],
  [`${at}.index is 10; allowed: 0 to 9`, button({ index: 10 })],
  [`${at}.index is "first"; allowed: 0 to 9`, button({ index: 'first' })],
  [`${at}.url is unknown; allowed: type, sub_type, index, parameters`, button({ url: link })],
  // A carousel.
  [`${at}.cards is missing; allowed: a list`, { type: 'carousel' }],
  [
    `${at}.parameters is unknown; allowed: type, cards`,
    { type: 'carousel', cards: [], parameters: [] },
  ],
  [`${at}.cards[0] is no object`, { type: 'carousel', cards: ['one'] }],
  [`${at}.cards[0].card_index is missing; allowed: 0 to 9`, card({ card_index: undefined })],
  [`${at}.cards[0].index is unknown; allowed: card_index, components`, card({ index: 0 })],
  [`${at}.cards[0].components is {}; allowed: a list`, card({ components: {} })],
  [
    `${at}.cards[0].components[0].parameters[0].text is missing`,
    card({ components: [body({ type: 'text' })] }),
  ],
  // A parameter.
  [`${first} is no object`, body('x' as never)],
  [`${first}.type is missing`, body({ text: 'x' })],
  [`${first}.type is "txt"; did you mean text?`, body({ type: 'txt', txt: 'x' })],
  [`${first}.type is "Date_Time"; did you mean date_time?`, body({ type: 'Date_Time' })],
  [`${first}.txt is unknown; did you mean text?`, body({ type: 'text', txt: 'x' })],
  [
    `${first}.name is unknown; allowed: type, text, parameter_name`,
    body({ type: 'text', text: 'x', name: 'a' }),
  ],
  [
    `${first}.fallback_value is unknown`,
    body({ type: 'currency', fallback_value: '1', code: 'EUR' }),
  ],
  [`${first}.text is no text, or empty`, body({ type: 'text', text: 9999 })],
  [
    `${first}.coupon_code is no text, or empty`,
    button({ parameters: [{ type: 'coupon_code', coupon_code: '' }] }),
  ],
  [
    `${first}.payload is no text, or empty`,
    button({ parameters: [{ type: 'payload', payload: '' }] }),
  ],
  ...['', 'First', 'first name', 'first-name', 'größe', '{{a}}', 7, null].map(
    (name) =>
      [
        `${first}.parameter_name is ${JSON.stringify(name)}; allowed: small letters, digits and _`,
        body({ type: 'text', text: 'x', parameter_name: name }),
      ] as const,
  ),
  // Money and dates.
  ...['', 'eur', '€', 'EURO', 'E1R', 978, null].map(
    (code) =>
      [
        `${first}.currency.code is ${JSON.stringify(code)}; allowed: three capital letters, as EUR`,
        currency({ code }),
      ] as const,
  ),
  [`${first}.currency.code is missing`, currency({ code: undefined })],
  [
    `${first}.currency.amount_1000 is missing; allowed: a whole number`,
    currency({ amount_1000: undefined }),
  ],
  [`${first}.currency.amount_1000 is 1.5; allowed: a whole number`, currency({ amount_1000: 1.5 })],
  [`${first}.currency.amount_1000 is "a lot"`, currency({ amount_1000: 'a lot' })],
  [`${first}.currency.fallback_value is no text, or empty`, currency({ fallback_value: '' })],
  [
    `${first}.currency.amount_100 is unknown; did you mean amount_1000?`,
    currency({ amount_100: 1 }),
  ],
  [`${first}.currency is "EUR"; allowed: an object`, body({ type: 'currency', currency: 'EUR' })],
  [`${first}.currency is missing`, body({ type: 'currency' })],
  [`${first}.date_time.fallback_value is no text, or empty`, date({ fallback_value: undefined })],
  [`${first}.date_time.date is unknown; allowed: fallback_value, day_of_week`, date({ date: 1 })],
  // Files and places.
  [`${first}.image has neither id nor link; allowed: one of them`, image({})],
  [`${first}.image has both id and link; allowed: one of them`, image({ id: '1', link })],
  [`${first}.image.url is unknown; allowed: id, link`, image({ url: link })],
  [`${first}.image.id is "abc"; allowed: digits`, image({ id: 'abc' })],
  [`${first}.image is null; allowed: an object`, image(null as never)],
  [
    `${first}.location.latitude is missing; allowed: degrees`,
    header({ type: 'location', location: {} }),
  ],
  [
    `${first}.location.longitude is "east"`,
    header({ type: 'location', location: { ...shop, longitude: 'east' } }),
  ],
  [`${first}.location.lat is unknown`, header({ type: 'location', location: { ...shop, lat: 1 } })],
  [
    `${first}.limited_time_offer.expiration_time_ms is "soon"; allowed: a whole number`,
    {
      type: 'limited_time_offer',
      parameters: [
        { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 'soon' } },
      ],
    },
  ],
  [
    `${first}.action is "flow"; allowed: an object`,
    button({ parameters: [{ type: 'action', action: 'flow' }] }),
  ],
  // Addresses of files, also where the kind is none that we know.
  ...[
    'http://files.example/a',
    'https://127.0.0.1/a',
    'https://u:p@files.example/a',
    's3://b/c',
    7,
  ].map(
    (each) => [`${first}.image.link is ${JSON.stringify(each)}: `, image({ link: each })] as const,
  ),
  [
    `${at}.stage.backdrop.link is "https://nas.local/a": the host nas.local is not public`,
    { type: 'theatre', stage: { backdrop: { link: 'https://nas.local/a' } } },
  ],
];

describe('a template that Meta would refuse', () => {
  it.each(faults)('is told: %s', (words, component) => {
    expect(problemOf(component)?.slice(0, words.length)).toBe(words);
  });

  it('is told of the component that is wrong', () => {
    expect(problemOf(body({ type: 'text', text: 'x' }), { type: 'Body' })).toMatch(
      /^components\[1\]\.type is "Body"/,
    );
  });

  it('says no more than a person reads', () => {
    const long = 'x'.repeat(50_000);
    for (const component of [
      { type: 'body', [long]: 1 },
      currency({ code: long }),
      button({ index: long }),
    ]) {
      expect(problemOf(component)?.length).toBeLessThan(300);
    }
  });
});

describe('a template that Meta may take', () => {
  const flow = { flow_token: 't', flow_action_data: { link: 'app://a', any: [1] } };
  it.each<[string, unknown]>([
    ['a text', body({ type: 'text', text: 'Ada' })],
    ['a named text', body({ type: 'text', text: 'Ada', parameter_name: 'first_name2' })],
    ['capitals', { type: 'BODY', parameters: [{ type: 'TEXT', text: 'Ada' }] }],
    ['money', currency({})],
    ['money with its amount as text', currency({ amount_1000: '100990' })],
    ['named money', body({ ...currency({}).parameters[0], parameter_name: 'price' })],
    ['a date', date({ day_of_week: 5, year: 2026, calendar: 'GREGORIAN' })],
    ['a picture by link', image({ link })],
    ['a picture by id', image({ id: '4490709327384033' })],
    ['a document', header({ type: 'document', document: { link, filename: 'Bill 7.pdf' } })],
    ['a place', header({ type: 'location', location: shop })],
    [
      'a product',
      header({ type: 'product', product: { product_retailer_id: 'x', catalog_id: '1' } }),
    ],
    [
      'a button by its index as text',
      button({ index: '3', parameters: [{ type: 'text', text: 'x' }] }),
    ],
    ['a button of a new kind', button({ sub_type: 'request_contact_info' })],
    [
      'a flow with data of its own',
      button({ sub_type: 'flow', parameters: [{ type: 'action', action: flow }] }),
    ],
    [
      'a voucher',
      button({ sub_type: 'copy_code', parameters: [{ type: 'coupon_code', coupon_code: 'A1' }] }),
    ],
    ['cards', card({ components: [image({ id: '1' }), button({ sub_type: 'quick_reply' })] })],
    [
      'an offer',
      {
        type: 'limited_time_offer',
        parameters: [
          { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1795305600000 } },
        ],
      },
    ],
    ['a component nobody knows', { type: 'theatre', stage: [{ link }], parameters: 'any' }],
    ['a parameter nobody knows', body({ type: 'hologram', anything: { goes: 1 } })],
    ['a component of the same name as what every object has', { type: 'constructor' }],
  ])('passes: %s', (_, component) => {
    expect(problemOf(component)).toBeUndefined();
  });
});
