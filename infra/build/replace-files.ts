import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/** One file of a dependency, as its path ends, and its replacement in the bundle. */
export interface Replacement {
  readonly file: RegExp;
  /** The new text, or how it is made of the old one. */
  readonly contents: string | ((source: string) => string);
}

/** An esbuild plugin that replaces files of dependencies while it bundles; nothing on disk is changed. */
export function replaceFiles(name: string, replacements: readonly Replacement[]): Plugin {
  return {
    name,
    setup(build) {
      for (const { file, contents } of replacements) {
        build.onLoad({ filter: file }, async ({ path }) => ({
          contents:
            typeof contents === 'string' ? contents : contents(await readFile(path, 'utf8')),
          resolveDir: dirname(path),
          loader: path.endsWith('.json') ? 'json' : 'js',
        }));
      }
    },
  };
}
