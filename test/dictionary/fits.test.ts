import { describe, expect, it } from 'vitest';
import { parsers } from '#connectors/parsers';
import { maxPackedBytes, packRaw } from '#shared/raw/item';
import { unpackRaw } from '#shared/raw/unpack';
import { harnesses } from '#test/connectors/harnesses';
import { hasCorpus } from '#test/support/connectors/fixtures';
import { dictionaryOf } from './dictionary.ts';
import { corpusSamples, fixtureSamples, type Sample } from './samples.ts';

/** Items that do not ride with their message, a sentence each. */
function tooLarge(samples: readonly Sample[]): string[] {
  return samples.flatMap(({ connector, name, text }) => {
    const packed = packRaw(text);
    if (!packed) return [`${connector} ${name}: ${text.length} characters do not fit`];
    return unpackRaw(packed) === text ? [] : [`${connector} ${name}: unpacked to something else`];
  });
}

/** Those that a message is read from; what has none goes to the archive whatever its size. */
async function ofMessages(samples: readonly Sample[]): Promise<Sample[]> {
  const found: Sample[] = [];
  for (const sample of samples) {
    const { connector, payload, raw } = sample;
    const { account } = harnesses[connector];
    const read = async () => parsers[connector]({ payload, account, ...(raw ? { raw } : {}) });
    const events = await read().catch(() => []);
    if (events.some(({ kind }) => kind === 'message')) found.push(sample);
  }
  return found;
}

function tell(what: string, samples: readonly Sample[]): void {
  for (const [connector, own] of Map.groupBy(samples, (each) => each.connector)) {
    const sizes = own.map(({ text }) => packRaw(text)?.length ?? Number.POSITIVE_INFINITY);
    const median = sizes.toSorted((a, b) => a - b)[sizes.length >> 1];
    console.log(
      `${what}, ${connector}: ${own.length}, ${median} bytes, at most ${Math.max(...sizes)}`,
    );
  }
}

describe('raw items', () => {
  it('of every fixture ride with their message', async () => {
    const samples = fixtureSamples();
    const messages = await ofMessages(samples);
    tell('fixtures', samples);
    expect(samples.length).toBeGreaterThan(250);
    expect(messages.length).toBeGreaterThan(100);
    expect(tooLarge(samples)).toEqual([]);
  });

  it.runIf(hasCorpus)('of every recorded payload ride with their message', async () => {
    const samples = corpusSamples();
    const messages = await ofMessages(samples);
    tell('recorded', samples);
    expect(samples.length).toBeGreaterThan(500);
    expect(messages.length).toBeGreaterThan(100);
    expect(tooLarge(samples)).toEqual([]);
  });

  it('are noticed when they do not fit', () => {
    const [sample] = fixtureSamples();
    if (!sample) throw new Error('no sample');
    // Sixteen letters that come in no order are four bits each.
    const noise = Array.from({ length: 2 * maxPackedBytes + 50 }, (_, at) =>
      ((Math.abs(Math.sin(at + 1) * 1e6) % 16) | 0).toString(16),
    );
    const large = { ...sample, text: noise.join('') };
    expect(tooLarge([large]).join()).toMatch(/do not fit$/);
  });
});

describe('the dictionary', () => {
  it('is the same every time it is made, without a number or an id of a fixture', () => {
    const [one, other] = [dictionaryOf(fixtureSamples()), dictionaryOf(fixtureSamples())];
    expect(other).toBe(one);
    expect(one).not.toMatch(/\d{6}/);
    expect(one.length).toBeGreaterThan(2000);
  });
});
