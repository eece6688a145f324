import { existsSync } from 'node:fs';
import type { Stage } from './stage.ts';

/** Reads the stage that `infra/config/<name>.ts` exports. Throws when there is no such file. */
export async function stageNamed(name: string): Promise<Stage> {
  const file = `./${name}.ts`;
  const found: unknown =
    /^[a-z0-9-]+$/.test(name) && existsSync(new URL(file, import.meta.url))
      ? await import(file)
      : undefined;
  if (!isStageModule(found)) {
    const given = JSON.stringify(name);
    throw new Error(
      `stage: given ${given}, expected the name of a file in infra/config that exports a stage`,
    );
  }
  return found.stage;
}

function isStageModule(module: unknown): module is { readonly stage: Stage } {
  return typeof module === 'object' && module !== null && 'stage' in module;
}
