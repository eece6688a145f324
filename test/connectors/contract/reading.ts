import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import * as z from 'zod';
import { parsers } from '#connectors/parsers';
import {
  fixtureCases,
  fixturePaths,
  fixturesFolder,
  hasCorpus,
} from '#test/support/connectors/fixtures';
import { isInbound, judge } from '#test/support/connectors/rules';
import { size } from '#test/support/runner/size';
import { replacedMembers, withUnknownMembers } from '#test/support/webhooks/deep-values';
import { endOf } from '#test/support/webhooks/item-ends';
import { type ContractTest, lacking, type Subject } from './contract-test.ts';

const leastFixtures = 12;
/** The reason where the recorded payloads of others are not beside this repository. */
export const noRecordings = 'no recorded payloads are at hand';

type Value = Readonly<Record<string, unknown>>;

/** As the schemas of events and entries have it. */
const isTime = (text: string | undefined) =>
  text === undefined || z.iso.datetime().safeParse(text).success;

/** The fixture files, each with the name of the member that the provider sends. */
function fixturesOf({ connector }: Subject) {
  return fixturePaths(fixturesFolder(connector)).map((file) => {
    const fixture: Value = JSON.parse(readFileSync(file, 'utf8'));
    const input = 'webhook' in fixture ? 'webhook' : 'notification';
    return { name: basename(file), fixture, input };
  });
}

/** What becomes of each item of a fixture. */
function endsOf({ connector, harness }: Subject, name: string, fixture: Value) {
  const { receive, raw } = harness.fixture(name, fixture as never);
  const ends = receive().map((item) => endOf(item, parsers[connector], harness.account, raw));
  return Promise.all(ends);
}

/** Tells what goes wrong with a fixture: a fault, or an item of which nothing comes. */
async function problemWith(subject: Subject, name: string, fixture: Value) {
  try {
    const ends = await endsOf(subject, name, fixture);
    const events = ends.flatMap((end) => (end === 'unreadable' ? [] : end));
    const wrong = events.find((each) => 'occurredAt' in each && !isTime(each.occurredAt));
    if (wrong) return `a ${wrong.kind} with a time that no schema takes`;
    return ends.some(({ length }) => length === 0) ? 'nothing came of an item' : undefined;
  } catch (fault) {
    return String(fault);
  }
}

/** At the small size a third of the members of each fixture, of the next fixture other ones. */
const isChanged = (member: number, fixture: number) =>
  size === 'full' || (member + fixture) % 3 === 0;

/** Reads each fixture after a change to each of its members in turn; tells every fault and every lost item. */
async function readChanged(subject: Subject, by: unknown): Promise<string[]> {
  const problems: string[] = [];
  for (const [number, { name, fixture, input }] of fixturesOf(subject).entries()) {
    const members = [...replacedMembers(fixture[input], by)];
    for (const { path, value } of members.filter((_, at) => isChanged(at, number))) {
      const problem = await problemWith(subject, name, { ...fixture, [input]: value() });
      if (problem !== undefined) problems.push(`${name} ${path}: ${problem}`);
    }
  }
  return problems;
}

/** Kinds of values that belong to a conversation; an unknown member may well be an alert, or ignored. */
async function kindsIn(subject: Subject, name: string, fixture: Value): Promise<string[]> {
  const ends = await endsOf(subject, name, fixture);
  return ends.flatMap((end) =>
    end === 'unreadable'
      ? []
      : end.map(({ kind }) => kind).filter((kind) => kind !== 'alert' && kind !== 'ignored'),
  );
}

const survives = (name: string, by: unknown): ContractTest => ({
  name: `reads or refuses by name each fixture with ${name} in the place of any member`,
  run: async (subject) => {
    expect(await readChanged(subject, by)).toEqual([]);
  },
});

/** An item is read to the same values every time, and nothing of it is lost. */
export const reading: readonly ContractTest[] = [
  {
    name: 'keeps the contract over its own fixtures, and reads each of them',
    run: async ({ fixtures, harness: { excused = {} } }) => {
      const all = await fixtures();
      expect(all.length).toBeGreaterThanOrEqual(leastFixtures);
      expect(all.flatMap(({ violations }) => violations).filter((each) => !excused[each])).toEqual(
        [],
      );
      expect(all.reduce((sum, { unreadable }) => sum + unreadable, 0)).toBe(0);
    },
  },
  {
    name: 'keeps the contract over what others have recorded',
    unless: (subject) => lacking('corpus')(subject) ?? (hasCorpus ? undefined : noRecordings),
    run: async ({ connector, harness, channels }) => {
      const names = channels.map(([channel]) => channel);
      const judged = await Promise.all(
        harness.corpus().map((each) => judge(each, parsers[connector], harness.account, names)),
      );
      expect(judged.flatMap(({ violations }) => violations)).toEqual([]);
      expect(judged.flatMap(({ events }) => events).length).toBeGreaterThan(0);
    },
  },
  {
    name: 'has a message of a customer on each of its channels',
    run: async ({ fixtures, channels }) => {
      const messages = (await fixtures()).flatMap(({ events }) => events).filter(isInbound);
      const seen = new Set(messages.map(({ channel }) => channel));
      expect([...seen].toSorted()).toEqual(channels.map(([channel]) => channel).toSorted());
    },
  },
  {
    name: 'tells delivery statuses of our own messages',
    unless: lacking('statuses'),
    run: async ({ fixtures }) => {
      const kinds = (await fixtures()).flatMap(({ events }) => events.map(({ kind }) => kind));
      expect(kinds).toContain('status');
    },
  },
  {
    name: 'gives each item of one webhook an id of its own',
    run: ({ connector, harness }) => {
      for (const { name, receive } of fixtureCases(harness, fixturesFolder(connector))) {
        const ids = receive().map(({ deduplicationId }) => deduplicationId);
        expect(new Set(ids).size, name).toBe(ids.length);
      }
    },
  },
  {
    name: 'reads an item to the same values in whatever order its members come back from a database',
    run: async ({ connector, harness }) => {
      for (const { name, receive, raw } of fixtureCases(harness, fixturesFolder(connector))) {
        for (const item of receive()) {
          const read = (payload: unknown) =>
            endOf(
              { ...item, payload: reversed(payload) },
              parsers[connector],
              harness.account,
              raw,
            );
          const usual = await endOf(item, parsers[connector], harness.account, raw);
          expect(isDeepStrictEqual(await read(item.payload), usual), name).toBe(true);
        }
      }
    },
  },
  {
    name: 'keeps a message of an unknown type, with its raw JSON',
    unless: lacking('message types'),
    run: async ({ fixtures }) => {
      const contents = (await fixtures()).flatMap(({ events }) =>
        events.flatMap((event) => (event.kind === 'message' ? event.content : [])),
      );
      const unknown = contents.filter(({ type }) => type === 'unsupported');
      expect(unknown.length).toBeGreaterThan(0);
      for (const content of unknown) expect(content).toHaveProperty('providerType');
    },
  },
  {
    name: 'reads every message and status of a webhook in which each object has an unknown member',
    run: async (subject) => {
      for (const { name, fixture, input } of fixturesOf(subject)) {
        const usual = await kindsIn(subject, name, fixture);
        const changed = { ...fixture, [input]: withUnknownMembers(fixture[input]) };
        expect(await kindsIn(subject, name, changed), name).toEqual(usual);
      }
    },
  },
  survives('null', null),
  survives('a text that no one has heard of', 'unheard_of'),
  survives('a number', 7),
  survives('the first second of the year 10000', 253_402_300_800),
  survives('a date of the year 10000', '+010000-01-01T00:00:00.000Z'),
  survives('milliseconds before the year 0', '-99999999999999'),
  survives('an empty list', []),
  survives('an object with an unknown member', { unheard_of: { a: [1] } }),
  survives('half an emoji and a control character', '\ud83d\u0000'),
];

/** The same value with the members of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, reversed(member)] as const);
  return Object.fromEntries(members.toReversed());
}
