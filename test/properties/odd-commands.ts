import fc from 'fast-check';
import { near, replyContent, template } from '#test/support/replies/arbitraries';
import { jsonValue } from './json-values.ts';

const sized = fc.oneof(
  fc.constantFrom(74_990, 74_999, 75_000).map((count) => ({ text: '漢'.repeat(count) })),
  fc.constantFrom(99_999, 100_000, 100_001).map((count) => ({ text: 'x'.repeat(count) })),
);
const content = fc.oneof(
  { weight: 8, arbitrary: replyContent },
  { weight: 1, arbitrary: sized.map(({ text }) => ({ type: 'text', text })) },
);
const note = fc.oneof(
  near(100),
  fc.constantFrom(59_500, 59_700, 59_900, 60_100).map((count) => 'n'.repeat(count)),
);
const named = fc.constantFrom('<message>', '<message>', '<unknown>', 'msg_1', '');

const command = fc.record(
  {
    replyId: fc.constant('<id>'),
    conversationId: fc.constant('<conversation>'),
    content,
    fallbackTemplate: template,
    inReplyToMessageId: named,
    caller: fc.constantFrom('desk', 'x'.repeat(128), 'x'.repeat(129)),
    author: fc.record({ displayName: near(256) }),
    metadata: fc.dictionary(fc.constantFrom('note', 'ticket', 'a.b'), note, { maxKeys: 2 }),
  },
  { requiredKeys: ['replyId', 'conversationId', 'content'] },
);

const nested = fc
  .tuple(fc.constantFrom(10, 20, 21, 22, 23, 24, 25, 40, 3_000), fc.constantFrom('[]', '{}'))
  .map(([levels, pair]) => {
    const open = pair === '[]' ? '[' : '{"a":';
    return `${open.repeat(levels)}1${(pair[1] ?? '').repeat(levels)}`;
  });
const number = fc.constantFrom(
  ...['1e300', '1e-200', '-1e126', '9e125', '1e-130', '9007199254740993', '1e20', '1e21', '-0'],
  ...['0.1', '123456789012345678901234567890', '1E5'],
);
const oddity = fc.oneof(
  nested,
  number,
  jsonValue.map((value) => JSON.stringify(value)),
  fc.constantFrom('"\\ud800"', '{"__proto__":"x"}', '{"constructor":{}}', '{"a":1,"a":2}', '""'),
);

/** Where an oddity is put: in place of a field, or as one that no command has. */
const place = fc.constantFrom(
  ...['metadata', 'content', 'author', 'caller', 'fallbackTemplat', 'extra', '__proto__'],
  ...['inReplyToMessageId', 'components', 'replyId'],
);

const odd = fc.tuple(command, place, oddity).map(([given, name, value]) => {
  const components = { type: 'template', name: 'n', language: 'en', components: ['<odd>'] };
  const whole =
    name === 'components' ? { ...given, content: components } : { ...given, ['<name>']: '<odd>' };
  if (name !== 'components') Reflect.deleteProperty(whole, name);
  return JSON.stringify(whole)
    .replace('"<name>"', JSON.stringify(name))
    .replace('"<odd>"', () => value);
});

const padded = fc
  .tuple(command, fc.constantFrom(519_990, 520_000, 520_001))
  .map(([given, bytes]) => {
    const body = JSON.stringify(given);
    return `${body}${' '.repeat(Math.max(0, bytes - Buffer.byteLength(body)))}`;
  });

const nonsense = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('[]', 'null', 'a=b&c=d', '"x"', '{"replyId":', '', '7'),
);

/** Nothing beside the content, so that a good part of them is taken by some channel. */
const plain = fc.record({
  ...{ replyId: fc.constant('<id>'), conversationId: fc.constant('<conversation>') },
  content: fc.oneof(fc.constant({ type: 'text', text: 'Hello' }), replyContent),
});

/** Commands as helpdesks send them, good ones and every kind of bad ones. */
export const replyBodies = fc.oneof(
  { weight: 3, arbitrary: plain.map((given) => JSON.stringify(given)) },
  { weight: 5, arbitrary: command.map((given) => JSON.stringify(given)) },
  { weight: 5, arbitrary: odd },
  { weight: 1, arbitrary: padded },
  { weight: 1, arbitrary: nonsense },
);

/** Signs of reading and typing, good ones and bad ones. */
export const signBodies = fc.oneof(
  fc
    .constantFrom('read', 'typing')
    .map((signal) => JSON.stringify({ conversationId: '<conversation>', signal })),
  fc
    .record(
      {
        conversationId: fc.constant('<conversation>'),
        signal: fc.oneof(fc.constantFrom('read', 'typing', 'wave'), jsonValue),
        messageId: fc.oneof(named, jsonValue),
        extra: jsonValue,
      },
      { requiredKeys: ['conversationId', 'signal'] },
    )
    .map((given) => JSON.stringify(given)),
);
