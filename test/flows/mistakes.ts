/** The conversations that mistakes are made about. */
export interface Known {
  readonly whatsapp: string;
  readonly sms: string;
  /** A sender name wrote, which nobody can answer. */
  readonly senderName: string;
  readonly shortCode: string;
  readonly email: string;
  readonly privateX: string;
  readonly publicX: string;
}

/** One wrong command: what it is, the answer, words of the reason, where, and the command without its names. */
export interface Mistake {
  readonly what: string;
  readonly code: string;
  readonly status: number;
  readonly reason: string;
  readonly where: keyof Known;
  readonly command: (known: Known) => Readonly<Record<string, unknown>>;
}

const text = { type: 'text', text: 'hello' };
const template = { type: 'template', name: 'hello', language: 'en' };
const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
const withHeader = (link: string) => ({
  ...template,
  components: [{ type: 'header', parameters: [{ type: 'image', image: { link } }] }],
});
const withMoney = (code: string) => {
  const currency = { fallback_value: '1', code, amount_1000: 1000 };
  return {
    ...template,
    components: [{ type: 'body', parameters: [{ type: 'currency', currency }] }],
  };
};
const file = (change: object) => ({
  content: { type: 'media', contentType: 'image/png', ...change },
});

type Row = readonly [
  what: string,
  answer: `${number} ${string}`,
  reason: string,
  where: keyof Known,
  command: Mistake['command'],
];

const rows: readonly Row[] = [
  ['without content', '400 invalid_reply', 'content: missing', 'whatsapp', () => ({})],
  [
    'with an empty text',
    '400 invalid_reply',
    'content.text: 0 characters',
    'whatsapp',
    () => ({ content: { type: 'text', text: '' } }),
  ],
  [
    'with nothing to read in its text',
    '400 invalid_reply',
    'content.text: blank',
    'sms',
    () => ({ content: { type: 'text', text: ' \n\u200b' } }),
  ],
  [
    'with content of an unknown type',
    '400 invalid_reply',
    'content.type: "hologram"; allowed: text, media',
    'whatsapp',
    () => ({ content: { type: 'hologram' } }),
  ],
  [
    'with a name in its metadata that cannot be kept',
    '400 invalid_reply',
    'metadata.__proto__: a member is named __proto__',
    'whatsapp',
    () => ({ content: text, metadata: JSON.parse('{"__proto__":"x"}') }),
  ],
  [
    'with an unknown field 30 levels deep',
    '400 invalid_reply',
    'extra: unknown',
    'whatsapp',
    () => ({ content: text, extra: deep(30) }),
  ],
  [
    'with a number beyond what the table holds',
    '400 invalid_reply',
    'content.components[0]: a number beyond what the table holds',
    'whatsapp',
    () => ({ content: { ...template, components: [1e300] } }),
  ],
  [
    'with components 3,000 levels deep',
    '400 invalid_reply',
    'nested deeper than 24 levels',
    'whatsapp',
    () => ({ content: { ...template, components: [deep(3_000)] } }),
  ],
  [
    'with a misspelt field',
    '400 invalid_reply',
    'fallbackTemplat: unknown; did you mean fallbackTemplate?',
    'whatsapp',
    () => ({ content: text, fallbackTemplat: template }),
  ],
  [
    'with half of an emoji',
    '400 invalid_reply',
    'content.text: holds half of a character',
    'sms',
    () => ({ content: { type: 'text', text: 'hello \ud83d' } }),
  ],
  [
    'that answers a message which is not there',
    '400 invalid_reply',
    'inReplyToMessageId: "msg_',
    'whatsapp',
    ({ email }) => ({ content: text, inReplyToMessageId: `msg_${email.slice(4)}_1` }),
  ],
  [
    'that quotes, which an SMS does not',
    '400 invalid_reply',
    'inReplyToMessageId: sms cannot honour it here: leave it out',
    'sms',
    ({ sms }) => ({ content: text, inReplyToMessageId: `msg_${sms.slice(4)}_1` }),
  ],
  [
    'with a template in its place, where no window closes',
    '400 invalid_reply',
    'fallbackTemplate: email cannot honour it here: leave it out',
    'email',
    () => ({ content: text, fallbackTemplate: template }),
  ],
  [
    'with a template in the place of a template',
    '400 invalid_reply',
    'fallbackTemplate: whatsapp cannot honour it with template: leave it out, or send another type; allowed with: text, media',
    'whatsapp',
    () => ({ content: template, fallbackTemplate: template }),
  ],
  [
    'with a preview, which nobody can ask X for',
    '400 invalid_reply',
    'content.linkPreview: twitter cannot honour it here: leave it out',
    'privateX',
    () => ({ content: { ...text, linkPreview: true } }),
  ],
  [
    'that reacts to a message which is not there',
    '400 invalid_reply',
    'content.messageId: "msg_',
    'whatsapp',
    ({ whatsapp }) => ({
      content: { type: 'reaction', messageId: `msg_${whatsapp.slice(4)}_999`, emoji: '👍' },
    }),
  ],
  [
    'with more than a post has room for',
    '422 text_too_long',
    'weighs 281 of X’s characters; allowed: 280',
    'publicX',
    () => ({ content: { type: 'text', text: 'x'.repeat(281) } }),
  ],
  [
    'with weighted characters above what a post has room for',
    '422 text_too_long',
    'weighs 282 of X’s characters; allowed: 280',
    'publicX',
    () => ({ content: { type: 'text', text: '日'.repeat(141) } }),
  ],
  [
    'with a text longer than a direct message takes',
    '422 text_too_long',
    'the text has 10001 characters; allowed: 10000',
    'privateX',
    () => ({ content: { type: 'text', text: 'x'.repeat(10_001) } }),
  ],
  [
    'with a text longer than the channel takes',
    '422 text_too_long',
    'the text has 40961 characters; allowed: 40960',
    'whatsapp',
    () => ({ content: { type: 'text', text: 'x'.repeat(40_961) } }),
  ],
  [
    'to a sender name',
    '422 recipient_unreachable',
    'a sender name cannot be answered',
    'senderName',
    () => ({ content: text }),
  ],
  [
    'to a short code',
    '422 recipient_unreachable',
    'a short code cannot be answered',
    'shortCode',
    () => ({ content: text }),
  ],
  [
    'with a file of a kind that WhatsApp does not take',
    '422 content_not_supported',
    'contentType is "image/gif"',
    'whatsapp',
    () => file({ contentType: 'image/gif', url: 'https://files.example/a.gif' }),
  ],
  [
    'with a file in another bucket',
    '400 invalid_reply',
    'url is s3://elsewhere/uploads/a.png; allowed is what begins with s3://',
    'whatsapp',
    () => file({ url: 's3://elsewhere/uploads/a.png' }),
  ],
  [
    'with a file in S3, in capitals',
    '400 invalid_reply',
    'url is S3://elsewhere/uploads/a.png; allowed',
    'whatsapp',
    () => file({ url: 'S3://elsewhere/uploads/a.png' }),
  ],
  [
    'with a file on a private host',
    '400 invalid_reply',
    'content.url: the host 169.254.169.254 is not public',
    'whatsapp',
    () => file({ url: 'https://0xa9fea9fe/latest/meta-data' }),
  ],
  [
    'with a file that is not fetched by https',
    '400 invalid_reply',
    'content.url: begins with http:, allowed is https:',
    'whatsapp',
    () => file({ url: 'http://files.example/a.png' }),
  ],
  [
    'with a control character in its text',
    '400 invalid_reply',
    'content.text: holds U+0000, which is no text',
    'sms',
    () => ({ content: { type: 'text', text: 'hello\u0000' } }),
  ],
  [
    'with a misspelt member in a template in its place',
    '400 invalid_reply',
    'fallbackTemplate: components[0].paramters is unknown; did you mean parameters?',
    'whatsapp',
    () => ({
      content: text,
      fallbackTemplate: { ...template, components: [{ type: 'body', paramters: [] }] },
    }),
  ],
  [
    'with a currency that is none in a template',
    '400 invalid_reply',
    'components[0].parameters[0].currency.code is ""; allowed: three capital letters',
    'whatsapp',
    () => ({ content: withMoney('') }),
  ],
  [
    'with a file of ours in a template',
    '400 invalid_reply',
    'components[0].parameters[0].image.link is "s3://archive/uploads/a.png"',
    'whatsapp',
    () => ({ content: withHeader('s3://archive/uploads/a.png') }),
  ],
  [
    'with more buttons than WhatsApp has room for',
    '422 limit_exceeded',
    'buttons has 4 entries; WhatsApp allows 3',
    'whatsapp',
    () => {
      const buttons = ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id }));
      return { content: { type: 'buttons', text: 'Well?', buttons } };
    },
  ],
  [
    'with a template, which mail does not have',
    '422 content_not_supported',
    'email cannot carry template; allowed: text',
    'email',
    () => ({ content: template }),
  ],
];

export const mistakes: readonly Mistake[] = rows.map(([what, answer, reason, where, command]) => {
  const [status, code = ''] = answer.split(' ');
  return { what, code, status: Number(status), reason, where, command };
});
