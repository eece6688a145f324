import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Harness } from './harness.ts';
import type { ContractCase } from './rules.ts';

const root = join(import.meta.dirname, '../../..');
/** Payloads that others have recorded; they are kept beside the project, and not everywhere. */
export const corpus = join(root, '../shared/corpus');
export const hasCorpus = existsSync(corpus);

/** One file in `test/fixtures/<id>`: what the provider sends, and what it must become. */
export interface Fixture {
  readonly webhook: unknown;
  readonly subpath?: string;
  readonly notification: unknown;
  readonly mail?: string;
}

/** The fixtures in a folder. Throws when there is none: a suite that runs nothing must not be green. */
export function fixtureCases(harness: Harness, folder: string): readonly ContractCase[] {
  return fixturePaths(folder).map((file) =>
    harness.fixture(basename(file), readJson(file) as Fixture),
  );
}

export function fixturePaths(folder: string): readonly string[] {
  const files = globSync(`${folder}/*.json`).toSorted();
  if (files.length === 0) throw new Error(`no fixtures in ${folder}`);
  return files;
}

export function fixturesFolder(connector: string): string {
  return join(root, 'test/fixtures', connector);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The JSON files of these folders of the corpus. */
export function recorded(...folders: readonly string[]): { name: string; body: unknown }[] {
  return folders
    .flatMap((folder) => globSync(join(corpus, folder, '**/*.json')))
    .map((file) => ({ name: file.slice(corpus.length + 1), body: readJson(file) }));
}
