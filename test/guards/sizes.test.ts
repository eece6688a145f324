import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { root } from '#test/docs/pages/page';
import { parameters } from '#test/properties/parameters';
import { nightlyFiles } from '#test/support/runner/nightly-files';
import { countSetting, pathSetting, seedSetting, wordSetting } from '#test/support/runner/settings';
import { bySize, deathsAt, runsOf, type Size } from '#test/support/runner/size';
import { alone, projectsOf } from '#test/support/runner/test-projects';

afterEach(() => {
  vi.unstubAllEnvs();
});

const onDisk = globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/planted/**'] });

interface Globs {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** The test files that these projects run; one that two of them run stands there twice. */
const filesOf = (projects: readonly Globs[]) =>
  projects.flatMap(({ include, exclude }) =>
    globSync([...include], { cwd: root, exclude: [...exclude] }),
  );

/** What is wrong with the files that each size runs. */
function listProblems(of: (size: Size) => readonly Globs[], nightly: readonly string[]): string[] {
  const [small, full] = [filesOf(of('small')), filesOf(of('full'))];
  const twice = full.filter((file, at) => full.indexOf(file) < at);
  return [
    ...onDisk.filter((file) => !full.includes(file)).map((file) => `${file} is never run`),
    ...onDisk
      .filter((file) => !small.includes(file) && !nightly.includes(file))
      .map((file) => `npm test leaves out ${file}, and nothing says so`),
    ...small.filter((file) => !full.includes(file)).map((file) => `the nightly has no ${file}`),
    ...nightly.filter((file) => small.includes(file)).map((file) => `npm test runs ${file}`),
    ...nightly.filter((file) => !onDisk.includes(file)).map((file) => `there is no ${file}`),
    ...twice.map((file) => `two projects run ${file}`),
  ];
}

describe('the two sizes', () => {
  it('have every test file between them, and the full one has all', () => {
    expect(onDisk.length).toBeGreaterThan(250);
    expect(listProblems(projectsOf, nightlyFiles)).toEqual([]);
  });

  it('are noticed where a file is in neither, in one alone, or twice', () => {
    const file = 'test/guards/sizes.test.ts';
    const all = { include: ['test/**/*.test.ts'], exclude: [] };
    const without = { ...all, exclude: [file] };
    const of = (small: readonly Globs[], full: readonly Globs[]) => (size: Size) =>
      size === 'small' ? small : full;
    expect(listProblems(of([all], [all]), [])).toEqual([]);
    expect(listProblems(of([without], [without]), [file])).toEqual([`${file} is never run`]);
    expect(listProblems(of([without], [all]), [])).toEqual([
      `npm test leaves out ${file}, and nothing says so`,
    ]);
    expect(listProblems(of([all], [without]), [])).toContain(`the nightly has no ${file}`);
    expect(listProblems(of([all], [all]), [file])).toEqual([`npm test runs ${file}`]);
    expect(listProblems(of([all], [all]), ['test/gone.test.ts'])).toEqual(
      ['npm test runs test/gone.test.ts', 'there is no test/gone.test.ts'].slice(1),
    );
    const twice = [all, { include: [file], exclude: [] }];
    expect(listProblems(of(twice, twice), [])).toEqual([`two projects run ${file}`]);
  });

  it('are asked for by the two commands', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(scripts).toMatchObject({
      test: 'vitest run',
      'test:nightly': 'TEST_SIZE=full vitest run',
    });
  });

  it('give the small one a part of the full one', () => {
    expect(bySize({ small: 2, full: 5 }, 'small')).toBe(2);
    expect(bySize({ small: ['a'], full: ['a', 'b'] }, 'full')).toEqual(['a', 'b']);
    expect(() => bySize({ small: 6, full: 5 })).toThrow('the small size, 6, is no part of');
    expect(() => bySize({ small: ['c'], full: ['a', 'b'] })).toThrow('no part of the full one');
    expect([2000, 60, 30, 4].map((runs) => runsOf(runs, 'small'))).toEqual([400, 12, 10, 4]);
    expect(runsOf(2000, 'full')).toBe(2000);
    expect(deathsAt(7, 'small')).toEqual([1, 4]);
    expect(deathsAt(3, 'full')).toEqual([0, 1, 2]);
  });
});

describe('test files that share a process', () => {
  const alters = (text: string) =>
    /^ *(vi\.mock\(|vi\.stubEnv\('AWS|Object\.assign\(process\.env|process\.env\[.*\] = )/m.test(
      text,
    );

  it('neither change the environment nor replace a module', () => {
    const sharing = filesOf([{ include: ['test/**/*.test.ts'], exclude: alone }]);
    const found = sharing.filter((path) => alters(readFileSync(join(root, path), 'utf8')));
    expect(found).toEqual([]);
    expect(alters(readFileSync(join(root, 'test/local/real-addresses.test.ts'), 'utf8'))).toBe(
      true,
    );
    expect(alters("  process.env['AWS_REGION'] = 'here';")).toBe(true);
  });
});

describe('properties', () => {
  /** Numbers of runs that neither the size nor FC_RUNS changes, in a file. */
  const fixedRuns = (text: string) => text.match(/numRuns: [\d_]+/g) ?? [];
  /** A sample of one, and a planted mistake with its seed. */
  const known = ['test/connectors/honoured-fields.test.ts', 'test/simulation/memory-table.test.ts'];

  it('take their runs from their parameters', () => {
    const fixed = onDisk
      .filter((path) => !path.startsWith('test/guards/'))
      .filter((path) => fixedRuns(readFileSync(join(root, path), 'utf8')).length > 0);
    expect(fixed.toSorted()).toEqual(known);
    expect(fixedRuns('fc.assert(property, { numRuns: 20_000 });')).toEqual(['numRuns: 20_000']);
  });
});

describe('a variable that cannot be what it says', () => {
  it.each([
    [() => seedSetting('FC_SEED', { FC_SEED: 'abc' }), 'FC_SEED is "abc"; allowed: a whole number'],
    [() => seedSetting('FC_SEED', { FC_SEED: '1.5' }), 'from -2147483648 to 2147483647'],
    [() => seedSetting('FC_SEED', { FC_SEED: '2147483648' }), 'FC_SEED is "2147483648"'],
    [() => seedSetting('FUZZ_SEED', { FUZZ_SEED: '0x7' }), 'FUZZ_SEED is "0x7"'],
    [() => countSetting('FUZZ_RUNS', { FUZZ_RUNS: '0' }), 'FUZZ_RUNS is "0"; allowed: a whole'],
    [() => countSetting('REPLIES', { REPLIES: '1e3' }), 'REPLIES is "1e3"'],
    [() => countSetting('FC_RUNS', { FC_RUNS: ' ' }), 'FC_RUNS is " "'],
    [() => pathSetting('FC_PATH', { FC_PATH: '1:b' }), 'FC_PATH is "1:b"; allowed: whole numbers'],
    [() => wordSetting('SIZE', ['a', 'b'], { SIZE: 'c' }), 'SIZE is "c"; allowed: a, b'],
  ])('is refused: %#', (read, words) => {
    expect(read).toThrow(words);
  });

  it('is not there where it is empty, and is read where it is right', () => {
    expect(seedSetting('FC_SEED', { FC_SEED: '' })).toBeUndefined();
    expect(seedSetting('FC_SEED', { FC_SEED: '-7' })).toBe(-7);
    expect(countSetting('FC_RUNS', { FC_RUNS: '300' })).toBe(300);
    expect(pathSetting('FC_PATH', { FC_PATH: '12:3:0' })).toBe('12:3:0');
    expect(wordSetting('SIZE', ['a'], {})).toBeUndefined();
  });

  it('ends every property', () => {
    vi.stubEnv('FC_SEED', 'abc');
    expect(() => parameters(10)).toThrow('FC_SEED is "abc"');
    vi.stubEnv('FC_SEED', '7');
    vi.stubEnv('FC_RUNS', '3');
    expect(parameters(10)).toEqual({ numRuns: 3, seed: 7 });
  });

  /** Variables with which a person says how tests run; all others are set by tests and tools themselves. */
  const readRaw = (text: string) =>
    [
      ...text.matchAll(/\benv\['((?:FC|FUZZ|TEST)_\w+|REPLIES|REACTIONS|\w+_(?:SEED|RUNS))'\]/g),
    ].map(([, name]) => name);

  it('is read nowhere without being checked', () => {
    const sources = globSync('test/**/*.ts', { cwd: root, exclude: ['test/guards/**'] });
    const raw = sources.flatMap((path) => readRaw(readFileSync(join(root, path), 'utf8')));
    expect(raw).toEqual([]);
    expect(readRaw("Number(env['FC_SEED'] ?? 1); env['NEW_RUNS']")).toEqual([
      'FC_SEED',
      'NEW_RUNS',
    ]);
  });
});
