import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cost, type CostHarness, openCostHarness } from './cost-harness.ts';

let harness: CostHarness;
beforeAll(async () => {
  harness = await openCostHarness();
  for (const kind of ['whatsapp', 'sms', 'mail'] as const) {
    await harness.receive(kind, {
      id: idOf(kind, 0),
      text: 'the first one opens the conversation',
    });
  }
}, 60_000);
afterAll(() => harness.stop());

type Kind = Parameters<CostHarness['receive']>[0];

/** As long as the provider's own. */
function idOf(kind: Kind, number: number): string {
  const digits = String(number).padStart(4, '0');
  if (kind === 'sms') return `SM${'9f3c1a7be204d6685fe1c0b7a3d2'}${digits}`;
  if (kind === 'mail') return `CAF3kQ9vXz7Lm2pRt8Wy${digits}`;
  return `wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdCQzlEMkUwRjFBNEI2${digits}`;
}

const words =
  'please could you tell me when the blue lamp that was ordered on Tuesday will arrive because our neighbour leaves for Norway and nobody else has the key to this house after six though my brother might wait if we knew the hour';

/** Ordinary prose of so many characters: no sentence comes twice. */
function prose(characters: number): string {
  const list = words.split(' ');
  let text = '';
  for (let at = 7; text.length < characters; at = (at * 31 + 11) % 9973) {
    text += `${list[at % list.length]} ${at % 5 === 0 ? at : ''}`;
  }
  return text.slice(0, characters);
}

/** What is more than allowed, a sentence each. */
function overBudget(cost: Cost, budget: Partial<Cost>): string[] {
  return Object.entries(budget).flatMap(([name, max]) => {
    const value = cost[name as keyof Cost];
    return value > max ? [`${name}: ${value}, allowed are ${max}`] : [];
  });
}

/** Measured. */
const budgets: readonly (readonly [string, Kind, number, Cost])[] = [
  ['a text of 100 bytes', 'whatsapp', 100, { write: 7, read: 1, refused: 0, puts: 0 }],
  ['a text of 500 bytes', 'whatsapp', 500, { write: 7, read: 1, refused: 0, puts: 0 }],
  ['a text of 1 kB', 'whatsapp', 1000, { write: 9, read: 1, refused: 0, puts: 0 }],
  // Too large for its reference: the only one that is put, and looked for first.
  ['a text of 5 kB', 'whatsapp', 5000, { write: 17, read: 1.5, refused: 0, puts: 1 }],
  // Without a date of the provider's: it may be known already, so its reference is read.
  ['an SMS of 160 bytes', 'sms', 160, { write: 7, read: 1.5, refused: 0, puts: 0 }],
];

describe('what an inbound message costs', () => {
  it.each(budgets)('%s', async (name, kind, characters, budget) => {
    const sent = { id: idOf(kind, characters), text: prose(characters) };
    const cost = await harness.receive(kind, sent);
    console.log(name, JSON.stringify(cost));
    expect(overBudget(cost, budget)).toEqual([]);
  });

  it('a mail with HTML: two objects, its HTML as it came and sanitised', async () => {
    const html = `<p>${prose(400)}</p>`;
    const cost = await harness.receive('mail', { id: idOf('mail', 1), text: '', html });
    console.log('a mail', JSON.stringify(cost));
    expect(overBudget(cost, { puts: 2, refused: 0 })).toEqual([]);
  });

  it('is noticed when it grows: a payload that cannot be packed', async () => {
    const text = randomBytes(600).toString('base64');
    const cost = await harness.receive('whatsapp', { id: idOf('whatsapp', 9001), text });
    expect(overBudget(cost, { puts: 0 })).toEqual(['puts: 1, allowed are 0']);
  });

  it('is noticed when it grows: an entry of more than a kilobyte', async () => {
    const cost = await harness.receive('whatsapp', {
      id: idOf('whatsapp', 9002),
      text: prose(900),
    });
    expect(overBudget(cost, { write: 7 })).toEqual(['write: 9, allowed are 7']);
  });
});

describe('a late duplicate', () => {
  const duplicates = [
    ['of a text', 'whatsapp', { text: prose(80) }],
    ['of a text too large for its reference', 'whatsapp', { text: prose(5000) }],
    ['of an SMS', 'sms', { text: prose(80) }],
    ['of a mail with HTML', 'mail', { text: '', html: `<p>${prose(80)}</p>` }],
  ] as const;

  it.each(duplicates)(
    '%s writes nothing, neither to the table nor to S3',
    async (name, kind, sent) => {
      const id = idOf(kind, 7000 + duplicates.findIndex(([each]) => each === name));
      const first = await harness.receive(kind, { ...sent, id });
      expect(first.write).toBeGreaterThan(0);
      const cost = await harness.receive(kind, { ...sent, id, afterSeconds: 3600 });
      console.log(name, JSON.stringify(cost));
      expect(overBudget(cost, { write: 0, refused: 0, puts: 0 })).toEqual([]);
    },
  );

  it('is noticed when it is not looked for first', async () => {
    // Within the minutes in which SQS drops it, so that normalize does not expect it.
    const sent = { id: idOf('whatsapp', 9003), text: 'again' };
    await harness.receive('whatsapp', sent);
    const cost = await harness.receive('whatsapp', { ...sent, afterSeconds: 10 });
    expect(overBudget(cost, { refused: 0 })).toEqual(['refused: 1, allowed are 0']);
  });
});
