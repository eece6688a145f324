import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedText } from '#connectors/twilio/form';
import { readItems } from '#connectors/twilio/items';
import { verify } from '#connectors/twilio/webhook/verify';
import { alwaysRuns } from '#test/properties/parameters';
import { accountSid, context, formOf, onlyItem, type Pairs, signedForm } from './signed-request.ts';

const sid = `SM${'0a1b2c3d'.repeat(4)}`;
const inbound: Pairs = [
  ['AccountSid', accountSid],
  ['ApiVersion', '2010-04-01'],
  ['Body', 'hello'],
  ['From', '+15035550142'],
  ['MessageSid', sid],
  ['NumMedia', '0'],
  ['SmsMessageSid', sid],
  ['SmsSid', sid],
  ['SmsStatus', 'received'],
  ['To', '+15005550006'],
];
const status: Pairs = [
  ['AccountSid', accountSid],
  ['ApiVersion', '2010-04-01'],
  ['ErrorCode', '30007'],
  ['From', '+15005550006'],
  ['MessageSid', sid],
  ['MessageStatus', 'undelivered'],
  ['SmsSid', sid],
  ['SmsStatus', 'undelivered'],
  ['To', '+15035550142'],
];
const read = (pairs: Pairs, subpath = '') => {
  const [item] = readItems(pairs, subpath, accountSid);
  if (!item) throw new Error('no item');
  return item;
};

/** Other names and values with the same signed text: what a thief of one request could try to pass off. */
function resplit(pairs: Pairs, from: readonly string[], to: Pairs): Pairs {
  return [...pairs.filter(([name]) => !from.includes(name)), ...to];
}

describe('the item of a Twilio webhook', () => {
  it('puts a message and the statuses of its answers into one group', () => {
    expect(read(inbound).groupKey).toEqual(['+15005550006', '+15035550142']);
    expect(read(status).groupKey).toEqual(['+15005550006', '+15035550142']);
  });

  it('names a message by its SID and a status by all that makes it one', () => {
    expect(read(inbound).deduplicationId).toBe(sid);
    expect(read(status).deduplicationId).toBe(`${sid}:undelivered:30007:`);
    const dated: Pairs = [...status, ['RawDlrDoneDate', '2601011200']];
    expect(read(dated).deduplicationId).toBe(`${sid}:undelivered:30007:2601011200`);
  });

  it('takes a message without Body for a message', () => {
    const media = inbound.filter(([name]) => name !== 'Body');
    expect(read(media).deduplicationId).toBe(sid);
  });

  it('keeps every pair, in order, for the parser', () => {
    const doubled: Pairs = [...inbound, ['X', '1'], ['X', '2'], ['X', '1']];
    expect(read(doubled, 'fallback').payload).toEqual({ params: doubled, subpath: 'fallback' });
  });
});

const attacks: readonly (readonly [string, Pairs, Pairs])[] = [
  [
    'the SID moved into its name',
    inbound,
    resplit(inbound, ['MessageSid'], [['MessageSi', `d${sid}`]]),
  ],
  [
    'the SID cut short, its tail a name',
    inbound,
    resplit(
      inbound,
      ['MessageSid', 'NumMedia', 'SmsMessageSid', 'SmsSid', 'SmsStatus', 'To'],
      [
        ['MessageSid', sid.slice(0, -1)],
        ['dNumMedia0', `SmsMessageSid${sid}SmsSid${sid}SmsStatusreceivedTo+15005550006`],
      ],
    ),
  ],
  [
    'the SID swallowed by the sender',
    inbound,
    resplit(inbound, ['From', 'MessageSid'], [['From', `+15035550142MessageSid${sid}`]]),
  ],
  [
    'the text moved into its name',
    inbound,
    resplit(inbound, ['Body', 'From'], [['BodyhelloFrom+15035550142', '']]),
  ],
  [
    'the SID grown by the next name',
    inbound,
    resplit(inbound, ['MessageSid', 'NumMedia'], [['MessageSid', `${sid}NumMedia0`]]),
  ],
  [
    'the error swallowed by the version',
    status,
    resplit(status, ['ApiVersion', 'ErrorCode'], [['ApiVersion', '2010-04-01ErrorCode30007']]),
  ],
  [
    'the state cut short',
    status,
    resplit(
      status,
      ['MessageStatus', 'SmsSid', 'SmsStatus', 'To'],
      [
        ['MessageStatus', 'undeliver'],
        ['edSmsSid', `${sid}SmsStatusundeliveredTo+15035550142`],
      ],
    ),
  ],
];

describe('a re-split form', () => {
  it.each(attacks)('with %s is authentic and unreadable', (_, original, forged) => {
    const body = formOf(forged);
    const request = signedForm(formOf(original));
    // Twilio's signature of the original fits the forgery: without that, this test would prove nothing.
    expect(signedForm(body).headers['x-twilio-signature']).toBe(
      request.headers['x-twilio-signature'],
    );
    const item = onlyItem(verify({ ...request, body: Buffer.from(body) }, context));
    expect(item.unreadable).toBeDefined();
  });

  it('is one item for quarantine, however often and in whatever pieces it comes', () => {
    const ids = attacks
      .filter(([, original]) => original === inbound)
      .map(([, , forged]) => read(forged).deduplicationId);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('any cut of the same signed text', () => {
  // Each border between a name and a value, or a value and a name, is moved a little or left out.
  const moves = fc.array(fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1, -2, 2, undefined), {
    minLength: 2 * inbound.length,
    maxLength: 2 * inbound.length,
  });

  function cut(pairs: Pairs, shifts: readonly (number | undefined)[]): Pairs {
    const text = signedText(pairs);
    const pieces = pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)).flat();
    let end = 0;
    const ends = pieces.map((piece, index) => {
      end += piece.length;
      const shift = shifts[index];
      return shift === undefined || end === text.length ? undefined : end + shift;
    });
    const borders = ends.filter((each) => each !== undefined && each < text.length);
    const parts = [0, ...borders].map((from, index) => text.slice(from, borders[index]));
    const names = parts.filter((_, index) => index % 2 === 0);
    return names.map((name, index) => [name, parts[2 * index + 1] ?? '']);
  }

  it('has the SID of the original, or is unreadable', async () => {
    const counts = { alike: 0, unreadable: 0 };
    await fc.assert(
      fc.property(fc.constantFrom(inbound, status), moves, (original, shifts) => {
        const forged = cut(original, shifts);
        if (signedText(forged) !== signedText(original)) return;
        const item = read(forged);
        counts[item.unreadable ? 'unreadable' : 'alike'] += 1;
        if (!item.unreadable) expect(item.deduplicationId.split(':')[0]).toBe(sid);
      }),
      alwaysRuns(20_000),
    );
    console.log(`cuts signed alike: ${counts.unreadable} unreadable, ${counts.alike} harmless`);
    expect(counts.unreadable).toBeGreaterThan(50);
  });
});

describe('an authentic form that is not the one expected', () => {
  const without = (name: string): Pairs => inbound.filter((pair) => pair[0] !== name);
  it.each([
    ['another account', [...without('AccountSid'), ['AccountSid', `AC${'f'.repeat(32)}`]]],
    ['no account', without('AccountSid')],
    ['no SID', without('MessageSid')],
    ['two SIDs', [...inbound, ['MessageSid', sid]]],
    ['no sender', without('From')],
    ['an empty recipient', [...without('To'), ['To', '']]],
    ['two SIDs that differ', [...without('SmsSid'), ['SmsSid', `SM${'1'.repeat(32)}`]]],
    ['a state that is no word', [...without('SmsStatus'), ['SmsStatus', 'Not A State']]],
    ['nothing', []],
  ] satisfies readonly (readonly [string, Pairs])[])('with %s is unreadable', (_, pairs) => {
    expect(read(pairs).unreadable).toBeDefined();
    expect(read(pairs).deduplicationId).toMatch(/^unreadable:[0-9a-f]{64}$/);
  });

  it('says why without repeating what the customer wrote', () => {
    const item = read([...inbound, ['To', 'secret words']]);
    expect(item.unreadable).toBe('To is needed exactly once');
  });
});
