import { readdirSync, readFileSync } from 'node:fs';
import { Misconfigured } from './misconfigured.ts';
import type { Stage } from './stage.ts';

const here = new URL('./', import.meta.url);

/** The names of all files in `infra/cdk/config` that export a stage. */
export function stageNames(): readonly string[] {
  return readdirSync(here)
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /^export const stage\b/m.test(readFileSync(new URL(file, here), 'utf8')))
    .map((file) => file.replace(/\.ts$/, ''))
    .toSorted();
}

/** Explains a wrong stage name, and lists the stages. Undefined for a stage that exists. */
export function stageProblem(name: string): string | undefined {
  const names = stageNames();
  if (names.includes(name)) return undefined;
  const allowed = `one of ${names.join(', ')}`;
  return `give the name of a file in infra/cdk/config that exports a stage, ${allowed}`;
}

/** Reads the stage that `infra/cdk/config/<name>.ts` exports. Throws when there is no such file. */
export async function stageNamed(name: string): Promise<Stage> {
  const problem = stageProblem(name);
  if (problem) throw new Misconfigured(`stage is ${JSON.stringify(name)}: ${problem}`);
  const found: unknown = await import(new URL(`${name}.ts`, here).href);
  if (isStageModule(found)) return found.stage;
  throw new Misconfigured(`infra/cdk/config/${name}.ts exports no stage`);
}

function isStageModule(module: unknown): module is { readonly stage: Stage } {
  return typeof module === 'object' && module !== null && 'stage' in module;
}
