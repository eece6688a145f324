import { prices } from '#connectors/twitter/prices';
import { type Exception, fact, on, type Statement } from '#test/docs/pages/statements';

const page = 'docs/channels/twitter.md';
const twitter = on(page);
const price = (use: keyof typeof prices.perUse) => fact(prices.perUse[use], `${use} of prices.ts`);

/** The conversations of a month, as the page assumes them. */
const assumed = {
  ...{ directOfThousand: 600, messagesEach: 3, publicOfThousand: 400, postsEach: 2, oneLinkIn: 10 },
};
const { perUse } = prices;
const messages = assumed.directOfThousand * assumed.messagesEach;
const posts = assumed.publicOfThousand * assumed.postsEach;

/** US dollars for a thousand conversations. */
const thousand = {
  received: messages * perUse['dm.received'],
  sent: messages * perUse['send:dm'],
  postsReceived: posts * perUse['post.mention.create'],
  postsSent: posts * perUse['send:summoned_reply'],
  ownPosts: posts * perUse['post.create'],
  catchUp: posts * perUse['read:mention'],
};
const together = Object.values(thousand).reduce((sum, each) => sum + each, 0);
const links =
  (posts / assumed.oneLinkIn) * (perUse['send:post_with_link'] - perUse['send:summoned_reply']);

/** The dollars of so many thousand conversations, in cents without the rounding of binary fractions. */
const of = (dollars: number, thousands: number) =>
  fact(Math.round(dollars * thousands * 100) / 100, 'prices.ts and the assumptions');
const row = (name: string, dollars: number): Statement => {
  const pieces = [`| ${name} | `, ' | ', ' |'];
  return { path: page, pieces, facts: [of(dollars, 1), of(dollars, 20)] };
};

const linkFactor = fact(perUse['send:post_with_link'] / perUse['send:summoned_reply'], 'prices.ts');

export const twitterCostStatements: readonly Statement[] = [
  twitter`\`chat.received\` | ${price('dm.received')} |`,
  twitter`\`post.quote.create\` | ${price('post.quote.create')} |`,
  twitter`\`send:dm\` | ${price('send:dm')} |`,
  twitter`customer's post | ${price('send:summoned_reply')} |`,
  twitter`post of a thread | ${price('send:post')} |`,
  twitter`\`send:post_with_link\` | ${price('send:post_with_link')} |`,
  twitter`\`altText\` of a file | ${price('send:media_metadata')} |`,
  twitter`the catch-up or a look-up | ${price('read:mention')}, ${price('read:dm')}, ${price('read:post')}, ${price('read:user')} |`,
  twitter`A link makes an answer ${linkFactor} times as dear`,
  twitter`A link makes a public answer ${linkFactor} times as dear`,
  row('direct messages received', thousand.received),
  row('direct messages sent', thousand.sent),
  row('posts received', thousand.postsReceived),
  row('posts sent', thousand.postsSent),
  row('events of your own posts', thousand.ownPosts),
  row('the catch-up of mentions', thousand.catchUp),
  row('**together**', together),
  row('**with a link in 1 of 10 public answers**', together + links),
  twitter`if ${fact(assumed.directOfThousand, 'assumed')} of 1,000 conversations are direct messages with ${fact(assumed.messagesEach, 'assumed')} of the customer and ${fact(assumed.messagesEach, 'assumed')} answers, ${fact(assumed.publicOfThousand, 'assumed')} are public with ${fact(assumed.postsEach, 'assumed')} posts and ${fact(assumed.postsEach, 'assumed')} answers`,
  twitter`| 20,000 | the default: its mentions take less than ${fact(Math.ceil((posts * 20 * perUse['read:mention']) / 30), 'the mentions of a day, in whole dollars')} a day |`,
  twitter`are ${fact((messages * 20) / 30, 'the assumptions')} direct messages sent a day.`,
];

export const twitterCostExceptions: readonly Exception[] = [
  {
    path: page,
    reason: 'examples, and what test/connectors/twitter/prices.test.ts holds',
    pieces: [
      `prices of ${prices.asOf}`,
      "asOf: '2026-12-01', perUse: { 'send:dm': 0.02 }",
      '"amount": "0.015"',
      '"asOf": "2026-08-28", "dayTotal": "1.240"',
    ],
  },
  {
    path: page,
    reason: 'what the assumptions are about',
    pieces: [
      '| USD a month | 1,000 conversations | 20,000 conversations |',
      'of 1,000 conversations are',
      'with a link in 1 of 10 public',
      '20,000 such conversations',
      'read twice within a day',
    ],
  },
  {
    path: page,
    reason: 'what test/shared/personal-data/measure.test.ts measures',
    pieces: [
      'Of 500 harmless sentences of support, 100 each in',
      '0 are held back',
      'Of 100 further ones, written before the present rules, 4 were',
      'now 0 are',
    ],
  },
  {
    path: page,
    reason: 'HTTP statuses and examples',
    pieces: [
      '422 by HTTP',
      'in the answer of 202',
      "pattern: 'AC-\\\\d{6,8}'",
      "'+49 30 1234567'",
      '(`{6,8}`, not',
    ],
  },
];
