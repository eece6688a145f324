import { beforeAll, describe, expect, it } from 'vitest';
import { type Finding, lint } from './lint.ts';

interface Rule {
  readonly category: string;
  readonly wrong: string;
  readonly right: string;
  /** Where it is planted; a folder in which nothing is excused when absent. */
  readonly file?: string;
}

const lines = (count: number) => Array.from({ length: count }, () => '  step();').join('\n');
const long = (count: number) =>
  `declare function step(): void;\nexport function work() {\n${lines(count)}\n}\n`;
const branches = (count: number) =>
  Array.from({ length: count }, (_, index) => `  if (n === ${index}) return ${index};`).join('\n');
const asynchronous = 'async function work(): Promise<void> {}\n';

/** One violation of each rule that carries weight, and the same thing said as the house says it. */
const rules: Readonly<Record<string, Rule>> = {
  'zod is imported as a namespace': {
    category: 'style/noRestrictedImports',
    wrong: `import { z } from 'zod';\nexport const a = z;\n`,
    right: `import * as z from 'zod';\nexport const a = z;\n`,
  },
  'only shared/env.ts reads the environment': {
    category: 'style/noProcessEnv',
    wrong: 'export const a = process.env;\n',
    right: `import { readEnv } from './env.ts';\nexport const a = readEnv;\n`,
  },
  'nothing is printed': {
    category: 'suspicious/noConsole',
    wrong: `console.log('a');\n`,
    right: `import { logger } from './logger.ts';\nlogger.info('a');\n`,
  },
  'every export has a name': {
    category: 'style/noDefaultExport',
    wrong: 'export default 1;\n',
    right: 'export const one = 1;\n',
  },
  'every promise is awaited': {
    category: 'nursery/noFloatingPromises',
    wrong: `${asynchronous}export function start(): void {\n  work();\n}\n`,
    right: `${asynchronous}export async function start(): Promise<void> {\n  await work();\n}\n`,
  },
  'a function has at most 40 lines': {
    category: 'complexity/noExcessiveLinesPerFunction',
    wrong: long(41),
    right: long(35),
  },
  'a function is simple enough to be read': {
    category: 'complexity/noExcessiveCognitiveComplexity',
    wrong: `export function pick(n: number): number {\n${branches(11)}\n  return -1;\n}\n`,
    right: `export function pick(n: number): number {\n${branches(9)}\n  return -1;\n}\n`,
  },
  'nothing is any': {
    category: 'suspicious/noExplicitAny',
    wrong: 'export const a: any = 1;\n',
    right: 'export const a: unknown = 1;\n',
  },
  'nothing is asserted to be there': {
    category: 'style/noNonNullAssertion',
    wrong: 'export const first = (list: string[]) => list[0]!;\n',
    right: `export const first = (list: string[]) => list[0] ?? '';\n`,
  },
  'there are no enums': {
    category: 'style/noEnum',
    wrong: 'export enum Colour {\n  Red,\n}\n',
    right: `export const colours = ['red'] as const;\n`,
  },
  'there are no barrels': {
    category: 'performance/noBarrelFile',
    wrong: `export { a } from './a.ts';\n`,
    right: `import { a } from './a.ts';\nexport const b = a;\n`,
  },
  'one client is mocked, not its class': {
    category: 'plugin',
    file: 'test/<kind>.test.ts',
    wrong: `import { mockClient } from 'aws-sdk-client-mock';\nexport const a = mockClient(SQSClient);\n`,
    right: `import { mockClient } from 'aws-sdk-client-mock';\nexport const a = mockClient(client);\n`,
  },
  'file names are in kebab-case': {
    category: 'style/useFilenamingConvention',
    file: 'shared/Planted_<kind>.ts',
    wrong: 'export const a = 1;\n',
    right: '',
  },
  'dependencies are declared': {
    category: 'correctness/noUndeclaredDependencies',
    wrong: `import 'left-pad';\n`,
    right: `import '@middy/core';\n`,
  },
};

const cases = Object.entries(rules).map(([name, { file, ...rule }], index) => {
  const path = (kind: string) => file?.replace('<kind>', kind) ?? `shared/${kind}-${index}.ts`;
  return {
    name,
    ...rule,
    wrongPath: path('wrong'),
    rightPath: rule.right === '' ? 'shared/a.ts' : path('right'),
  };
});

describe('the rules of the house', () => {
  let found: ReadonlyMap<string, readonly Finding[]>;
  const categories = (path: string) => found.get(path)?.map(({ category }) => category);
  beforeAll(() => {
    found = lint(
      new Map([
        ...cases.flatMap(({ wrongPath, wrong, rightPath, right }) => [
          [rightPath, right] as const,
          [wrongPath, wrong] as const,
        ]),
        ['shared/a.ts', 'export const a = 1;\n'],
        ['shared/env.ts', 'export const readEnv = () => process.env;\n'],
        ['shared/cycle-a.ts', `import { b } from './cycle-b.ts';\nexport const a = () => b;\n`],
        ['shared/cycle-b.ts', `import { a } from './cycle-a.ts';\nexport const b = () => a;\n`],
      ]),
    );
  });

  it.each(cases)('$name', ({ category, wrongPath, rightPath }) => {
    expect(categories(wrongPath)).toContain(category === 'plugin' ? category : `lint/${category}`);
    expect(categories(rightPath)).toEqual([]);
  });

  it('imports go round in no circle', () => {
    expect(categories('shared/cycle-a.ts')).toContain('lint/suspicious/noImportCycles');
  });

  it('the one place that may read the environment is excused', () => {
    expect(categories('shared/env.ts')).toEqual([]);
  });
});
