import type { Descriptions } from './descriptions.ts';

/** The texts of what a public reply is held back for, and of what a reply costs. */
export const publicReplies: Readonly<Record<string, Descriptions>> = {
  PersonalFinding: {
    kind: 'What it is. pattern: a number of the business, by a pattern in the settings.',
    name: 'Of pattern: its name in the settings.',
    excerpt: 'Enough of it to find it in the reply, never the whole.',
    path: 'Where it stands in the reply (content.text).',
  },
  Cost: {
    amount: 'The estimated price of the message at its provider, all its parts together.',
    currency: 'Always USD.',
    estimated: 'Always true: the invoice of the provider counts.',
    asOf: 'The day of the price table.',
    dayTotal:
      'What the account had used on that day of UTC, with this message, as far as it was counted.',
  },
};
