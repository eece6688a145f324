import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const project = fileURLToPath(new URL('../..', import.meta.url));

const Report = z.object({
  diagnostics: z.array(
    z.object({
      category: z.string(),
      location: z.object({ path: z.string(), start: z.object({ line: z.number() }) }),
    }),
  ),
});

export interface Finding {
  /** `lint/style/noRestrictedImports`; `plugin` for what stands in `biome/*.grit`. */
  readonly category: string;
  readonly line: number;
}

/**
 * What Biome says, under the project's own configuration, of files that are planted in an empty copy of the tree:
 * the findings by path.
 */
export function lint(files: ReadonlyMap<string, string>): ReadonlyMap<string, readonly Finding[]> {
  const tree = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    for (const name of ['biome.json', 'biome', 'package.json', 'tsconfig.json']) {
      cpSync(join(project, name), join(tree, name), { recursive: true });
    }
    for (const [path, text] of files) {
      mkdirSync(join(tree, dirname(path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    const { diagnostics } = Report.parse(JSON.parse(biome(tree)));
    const found = Map.groupBy(diagnostics, ({ location }) => location.path);
    return new Map(
      [...files.keys()].map((path) => [
        path,
        (found.get(path) ?? []).map(({ category, location }) => ({
          category,
          line: location.start.line,
        })),
      ]),
    );
  } finally {
    rmSync(tree, { recursive: true });
  }
}

/** Findings make Biome exit with 1; the report is on stdout all the same. */
function biome(tree: string): string {
  const program = join(project, 'node_modules/.bin/biome');
  const options = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
  try {
    return execFileSync(program, options, { cwd: tree, encoding: 'utf8', stdio: 'pipe' });
  } catch (fault) {
    if (fault instanceof Error && 'stdout' in fault && fault.stdout) return String(fault.stdout);
    throw fault;
  }
}
