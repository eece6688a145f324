import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/whatsapp/parser';
import { splitBody } from '#connectors/whatsapp/webhook/items';
import type { ChannelEvent } from '#shared/connector/channel-event';
import type { Parse } from '#shared/connector/parser';
import { ConnectorError } from '#shared/errors';
import { Content } from '#shared/model/content';
import { account } from '#test/connectors/whatsapp/signed-webhook';
import { countSetting, seedSetting } from '#test/support/runner/settings';
import { bySize } from '#test/support/runner/size';
import { endOf } from '#test/support/webhooks/item-ends';
import { violationOf } from './expectations.ts';
import { damagedBody } from './mutate.ts';
import { randomOf } from './random.ts';

/** FUZZ_SEED repeats a run; the run after it has the next seed. FUZZ_RUNS says how many. */
const seed = seedSetting('FUZZ_SEED') ?? Date.now() % 0x7fff_ffff;
const runs = countSetting('FUZZ_RUNS') ?? bySize({ small: 10_000, full: 100_000 });

const fixtures = new URL('../../../fixtures/whatsapp/', import.meta.url);
const corpus = '../shared/corpus/whatsapp/authored';

/** Webhooks to damage, as JSON text: our fixtures, and what others have recorded where it is at hand. */
function sources(): readonly string[] {
  const own = readdirSync(fixtures).map(
    (name) => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8')).webhook,
  );
  const files = existsSync(corpus) ? globSync(`${corpus}/*.json`) : [];
  const recorded = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
  return [...own, ...recorded.filter((body) => 'entry' in body)]
    .map((body) => JSON.stringify(body))
    .filter((text) => text.length < 20_000);
}

interface Tally {
  items: number;
  events: number;
  unreadable: number;
}

/** Reads one damaged webhook to the end; throws for everything but events that hold and typed refusals. */
async function readOne(body: Buffer, read: Parse, tally: Tally, strict: boolean): Promise<void> {
  for (const item of splitBody(body, account.address)) {
    tally.items += 1;
    if (item.deduplicationId === '') throw new Error('an item without an id');
    const events = await endOf(item, read, account);
    if (events === 'unreadable') tally.unreadable += 1;
    else tally.events += events.length;
    for (const event of events === 'unreadable' ? [] : events) check(event, strict);
  }
}

function check(event: ChannelEvent, strict: boolean): void {
  const violation = violationOf(event);
  if (violation !== undefined) throw new Error(`a ${event.kind} ${violation}`);
  if (strict && 'content' in event) Content.parse(event.content);
}

/** Reads `count` damaged webhooks; a fault tells the seed that repeats it alone. */
async function fuzz(read: Parse, count: number, from = seed): Promise<Tally> {
  const texts = sources();
  const tally: Tally = { items: 0, events: 0, unreadable: 0 };
  for (let run = 0; run < count; run += 1) {
    const body = damagedBody(texts, randomOf(from + run));
    try {
      await readOne(body, read, tally, run % 20 === 0);
    } catch (fault) {
      const how = `FUZZ_SEED=${from + run} FUZZ_RUNS=1`;
      throw new Error(`${String(fault)}; ${how} repeats it`, { cause: fault });
    }
  }
  return tally;
}

describe('damaged webhooks', () => {
  it('end in events, in quarantine, or in an unreadable_payload; never in another fault', async () => {
    const started = performance.now();
    const tally = await fuzz(parse, runs);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`whatsapp fuzz: ${runs} payloads from seed ${seed} in ${seconds} s`, tally);
    // A single run, repeated by its seed, may have nothing in it.
    if (runs < 1000) return;
    expect(tally.events).toBeGreaterThan(runs / 2);
    expect(tally.unreadable).toBeGreaterThan(runs / 100);
  }, 600_000);

  it('are the same ones for the same seed', () => {
    const bodies = [1, 1].map((each) => damagedBody(sources(), randomOf(each)).toString('latin1'));
    expect(bodies[0]).toBe(bodies[1]);
  });
});

describe('the fuzzer turns red', () => {
  const broken: readonly (readonly [string, Parse, string])[] = [
    [
      'for a parser that throws a TypeError',
      ({ payload }) => {
        const { message } = payload as { message?: { text: { body: string } } };
        if (message) void message.text.body.length;
        return parse({ payload, account });
      },
      'TypeError',
    ],
    [
      'for a refusal under another name',
      () => {
        throw new ConnectorError('misconfigured', 'planted');
      },
      'planted',
    ],
    [
      'for a text that is none',
      async (item) =>
        (await parse(item)).map((event) =>
          event.kind === 'message' ? { ...event, text: undefined as unknown as string } : event,
        ),
      'undefined',
    ],
    [
      'for an empty id',
      async (item) =>
        (await parse(item)).map((event) =>
          event.kind === 'status' ? { ...event, id: '' } : event,
        ),
      'id is ',
    ],
  ];

  it.each(broken)('%s', async (_, read, words) => {
    await expect(fuzz(read, 5000, 1)).rejects.toThrow(words);
    await expect(fuzz(read, 5000, 1)).rejects.toThrow(/FUZZ_SEED=\d+ FUZZ_RUNS=1 repeats it/);
  });
});
