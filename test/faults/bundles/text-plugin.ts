import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** A change of one product file, made while it is bundled and never on disk. */
export interface TextChange {
  /** Relative to the project. */
  readonly file: string;
  readonly search: string;
  readonly replacement: string;
}

/**
 * Bundles the product with changed texts. Throws when a text to be replaced is not there exactly once: a change that
 * no longer changes anything would make every run with it meaningless.
 */
export function textPlugin(name: string, changes: readonly TextChange[]): Plugin {
  return {
    name,
    setup(build) {
      for (const file of new Set(changes.map((change) => change.file))) {
        const path = `${project}${file}`;
        const filter = new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
        build.onLoad({ filter }, async () => {
          const source = await readFile(path, 'utf8');
          const own = changes.filter((change) => change.file === file);
          return { contents: own.reduce(changed, source), loader: 'ts' };
        });
      }
    },
  };
}

function changed(source: string, { file, search, replacement }: TextChange): string {
  const found = source.split(search).length - 1;
  if (found !== 1) {
    throw new Error(`${file}: the text to change is there ${found} times, not once: ${search}`);
  }
  return source.replace(search, () => replacement);
}
