import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { looseDependencies, type SourceFile, sourceFiles, treeProblems } from './tree-rules.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const product = ['infra', 'functions', 'connectors', 'shared'];
const files = sourceFiles(project, product);
const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));

const file = (path: string, lines = 10, line = ''): SourceFile => ({
  path,
  text: `${line}\n`.repeat(lines),
});

describe('the files of the product', () => {
  it('are small, well named and cross folders by alias only', () => {
    expect(files.length).toBeGreaterThan(50);
    for (const folder of product)
      expect(files.some(({ path }) => path.startsWith(folder))).toBe(true);
    expect(treeProblems(files)).toEqual([]);
  });

  it('are noticed when one is too long, or the many are', () => {
    expect(treeProblems([...files, file('shared/planted.ts', 251)])).toEqual([
      'shared/planted.ts has 251 lines, allowed are 250',
    ]);
    const many = Array.from({ length: files.length + 1 }, (_, index) =>
      file(`shared/${index}.ts`, 80),
    );
    expect(treeProblems([...files, ...many]).join()).toContain('the median file has');
  });

  it.each([
    'shared/utils.ts',
    'shared/util/text.ts',
    'connectors/twilio/helpers.ts',
    'infra/misc/x.ts',
    'functions/common/x.ts',
    'infra/lib/stack.ts',
    'shared/lib.ts',
  ])('are noticed when one is called %s', (path) => {
    expect(treeProblems([file(path)])).toEqual([`${path} has a name that says nothing`]);
  });

  it.each([
    `import { a } from '../a.ts';`,
    `import '../a.ts';`,
    `export const a = import('../a.ts');`,
  ])('are noticed when one says %s', (line) => {
    expect(treeProblems([file('shared/x.ts', 1, line)])).toEqual(['shared/x.ts imports from ../']);
  });

  it('may use names that only contain such a word', () => {
    expect(
      treeProblems([file('shared/calibrate.ts'), file('infra/build/lean-libraries.ts')]),
    ).toEqual([]);
  });
});

describe('the dependencies', () => {
  it('are pinned to one version each', () => {
    expect(Object.keys(manifest.dependencies).length).toBeGreaterThan(5);
    expect(looseDependencies(manifest)).toEqual([]);
  });

  it.each(['^1.2.3', '~1.2.3', '*', 'latest', '>=1', '1.x', 'github:a/b', '1.2'])(
    'are noticed when one is %s',
    (version) => {
      const planted = { ...manifest, devDependencies: { planted: version } };
      expect(looseDependencies(planted)).toEqual([`planted@${version}`]);
    },
  );
});
