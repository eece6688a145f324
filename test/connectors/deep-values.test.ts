import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { env } from 'node:process';
import { describe, expect, it } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { parsers } from '#connectors/parsers';
import type { Parse } from '#shared/connector/parser';
import { benches, fixturePaths, fixturesFolder } from '#test/support/connector-cases';
import { nested, replacedMembers, type Variant } from '#test/support/deep-values';
import { endOf } from '#test/support/item-ends';

const connectors = Object.keys(declarations) as ConnectorId[];
/** A value so deep takes a tenth of a second to write: two members of each fixture, unless all are asked for. */
const membersOfEach = Number(env['DEEP_MEMBERS'] ?? 2);

type Fixture = Readonly<Record<string, unknown>>;

/** Members of one fixture, replaced: those first that no other fixture has shown. */
function variantsOf(fixture: Fixture, by: unknown, count: number, seen: Set<string>): Variant[] {
  const all = [...replacedMembers(fixture['webhook'] ?? fixture['notification'], by)];
  const chosen = all.toSorted((a, b) => Number(seen.has(a.path)) - Number(seen.has(b.path)));
  const variants = chosen.slice(0, count);
  for (const { path } of variants) seen.add(path);
  return variants;
}

/** Reads each fixture with members nested so deep; tells what became of them, and every fault. */
async function readDeep(
  connector: ConnectorId,
  { levels, count, parse = parsers[connector] }: { levels: number; count: number; parse?: Parse },
) {
  const tally = { faults: [] as string[], unreadable: 0, events: 0 };
  const seen = new Set<string>();
  const deep = nested(levels);
  const read = async (name: string, fixture: Fixture) => {
    const { receive, raw } = benches[connector].fixture(name, fixture as never);
    for (const item of receive()) {
      const end = await endOf(item, parse, benches[connector].account, raw);
      if (end === 'unreadable') tally.unreadable += 1;
      else tally.events += end.length;
    }
  };
  for (const file of fixturePaths(fixturesFolder(connector))) {
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

describe.each(connectors)('a member nested too deep, by %s', (connector) => {
  it.each([
    [5_000, membersOfEach],
    [50_000, Math.ceil(membersOfEach / 2)],
  ])(
    'of %i levels ends in events or as unreadable, never in a fault',
    async (levels, count) => {
      const { faults, unreadable, events } = await readDeep(connector, { levels, count });
      expect(faults).toEqual([]);
      expect(unreadable).toBeGreaterThan(0);
      expect(events).toBeGreaterThan(0);
    },
    600_000,
  );
});

describe('the test of deep members', () => {
  it('sees a parser that follows the depth to the end of the call stack', async () => {
    const [connector = 'email'] = connectors;
    const parse: Parse = ({ payload }) => {
      const follow = (value: unknown): number =>
        typeof value === 'object' && value !== null
          ? Math.max(0, ...Object.values(value).map(follow)) + 1
          : 0;
      follow(payload);
      return [];
    };
    const { faults } = await readDeep(connector, { levels: 50_000, count: 1, parse });
    expect(faults.join()).toContain('RangeError');
  });

  it('replaces every member, within JSON and forms that are texts too', () => {
    const paths = (value: unknown) => [...replacedMembers(value, 0)].map(({ path }) => path);
    expect(paths({ a: [{ b: 1 }], c: '{"d":2}', e: '{' })).toEqual([
      ...['a', 'a.0', 'a.0.b', 'c', 'c.d', 'e'],
    ]);
    expect([...replacedMembers('a=1&b=2', [0])].map(({ value }) => value())).toEqual([
      'a=%5B0%5D&b=2',
      'a=1&b=%5B0%5D',
    ]);
    expect([...replacedMembers({ c: '{"d":2}' }, 0)].at(-1)?.value()).toEqual({ c: '{"d":0}' });
  });
});
