import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { env } from 'node:process';
import { expect } from 'vitest';
import { parsers } from '#connectors/parsers';
import type { Parse } from '#shared/connector/parser';
import { fixturePaths, fixturesFolder } from '#test/support/connectors/fixtures';
import { bySize, size } from '#test/support/runner/size';
import { nested, replacedMembers, type Variant } from '#test/support/webhooks/deep-values';
import { endOf } from '#test/support/webhooks/item-ends';
import type { ContractTest, Subject } from './contract-test.ts';

/** A value so deep takes a tenth of a second to write: one or two members of each fixture, unless more are asked for. */
const membersOfEach = Number(env['DEEP_MEMBERS'] ?? bySize({ small: 1, full: 2 }));
/** The deepest values are read in every third fixture at the small size. */
const deepestEvery = size === 'full' || env['DEEP_MEMBERS'] ? 1 : 3;

type Fixture = Readonly<Record<string, unknown>>;

/** Members of one fixture, replaced: those first that no other fixture has shown. */
function variantsOf(fixture: Fixture, by: unknown, count: number, seen: Set<string>): Variant[] {
  const all = [...replacedMembers(fixture['webhook'] ?? fixture['notification'], by)];
  const chosen = all.toSorted((a, b) => Number(seen.has(a.path)) - Number(seen.has(b.path)));
  const variants = chosen.slice(0, count);
  for (const { path } of variants) seen.add(path);
  return variants;
}

interface Deep {
  readonly levels: number;
  /** Members of each fixture. */
  readonly count: number;
  /** Reads every so many fixtures. Default 1: all of them. */
  readonly every?: number;
  readonly parse?: Parse;
}

/** Reads each fixture with members nested so deep; tells what became of them, and every fault. */
export async function readDeep(
  { connector, harness }: Pick<Subject, 'connector' | 'harness'>,
  { levels, count, every = 1, parse = parsers[connector] }: Deep,
) {
  const tally = { faults: [] as string[], unreadable: 0, events: 0 };
  const seen = new Set<string>();
  const deep = nested(levels);
  const read = async (name: string, fixture: Fixture) => {
    const { receive, raw } = harness.fixture(name, fixture as never);
    for (const item of receive()) {
      const end = await endOf(item, parse, harness.account, raw);
      if (end === 'unreadable') tally.unreadable += 1;
      else tally.events += end.length;
    }
  };
  const files = fixturePaths(fixturesFolder(connector));
  for (const file of files.filter((_, at) => at % every === 0)) {
    const fixture: Fixture = JSON.parse(readFileSync(file, 'utf8'));
    const input = 'webhook' in fixture ? 'webhook' : 'notification';
    for (const { path, value } of variantsOf(fixture, deep, count, seen)) {
      await read(basename(file), { ...fixture, [input]: value() }).catch((fault) => {
        tally.faults.push(`${basename(file)} ${path}: ${String(fault)}`);
      });
    }
  }
  return tally;
}

const test = (levels: number, count: number, every = 1): ContractTest => ({
  name: `reads or refuses by name a member nested ${levels} levels deep`,
  run: async (subject) => {
    const { faults, unreadable, events } = await readDeep(subject, { levels, count, every });
    expect(faults).toEqual([]);
    expect(unreadable + events).toBeGreaterThan(0);
  },
});

export const deepReading: readonly ContractTest[] = [
  test(5_000, membersOfEach),
  test(50_000, Math.ceil(membersOfEach / 2), deepestEvery),
];
