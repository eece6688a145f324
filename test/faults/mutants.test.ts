import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { nextVersionChanges } from './bundles/next-version.ts';
import { type TextChange, textPlugin } from './bundles/text-plugin.ts';
import { mutants } from './mutants/all.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

function expectInProduct(changes: readonly TextChange[]): void {
  for (const { file, search, replacement } of changes) {
    const text = readFileSync(`${project}${file}`, 'utf8');
    expect(text.split(search).length - 1, `${file}: ${search}`).toBe(1);
    expect(replacement).not.toBe(search);
  }
}

describe('the mutants of the pipeline', () => {
  it('are at least thirty, each with a name of its own', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(30);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it.each(mutants)('change what is in the product: $name', ({ changes }) => {
    expect(changes.length).toBeGreaterThan(0);
    expectInProduct(changes);
  });

  it('and the next version change what is in the product', () => {
    expectInProduct(nextVersionChanges);
  });

  it('cannot be built when the text they change is gone', async () => {
    const gone = { file: 'shared/ids.ts', search: 'no such text', replacement: '' };
    const built = build({
      entryPoints: [`${project}shared/ids.ts`],
      write: false,
      logLevel: 'silent',
      plugins: [textPlugin('planted', [gone])],
    });
    await expect(built).rejects.toThrow('is there 0 times, not once');
  });
});
