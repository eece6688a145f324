import './quiet.ts';
import fc from 'fast-check';
import { type Found, parameters, type Runs, untilFound } from '#test/properties/parameters';
import { pathSetting } from '#test/support/runner/settings';
import type { Commands } from './commands/command.ts';
import { type Database, startDatabase } from './database.ts';
import type { Defect } from './mutants.ts';
import { type ProviderServer, startProviders } from './provider.ts';
import { type Run, withRun } from './run.ts';

/** The servers behind all runs of one file. */
export interface Stage {
  readonly database: Database;
  readonly providers: ProviderServer;
  readonly stop: () => Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const [database, providers] = await Promise.all([startDatabase(), startProviders()]);
  return {
    database,
    providers,
    stop: async () => {
      await providers.stop();
      await database.stop();
    },
  };
}

export interface Wanted {
  readonly runs: Runs;
  readonly maxCommands?: number;
  /** What has happened before the first command. */
  readonly opening?: (run: Run) => Promise<void>;
  /** Planted: `runs` are then as many as it may take to find it. */
  readonly defect?: Defect;
  /** Where the search for what is planted begins at the small size. Without it, and at the full size: anywhere. */
  readonly from?: Found;
}

export interface Checked {
  readonly runs: number;
  readonly seed: number;
  readonly commands: number;
  readonly faults: number;
  readonly kills: number;
  readonly deliveries: number;
  /** The shortest list found that goes wrong, and what is wrong then. */
  readonly problem: string | undefined;
}

/**
 * Runs lists of commands and judges each end. FC_SEED (and FC_PATH) repeat what was printed, FC_RUNS says how many
 * runs each model makes; a failing list is shrunk.
 */
export async function checkCommands(
  stage: Stage,
  commands: Commands,
  { runs, opening, maxCommands = 24, defect, from }: Wanted,
): Promise<Checked> {
  const count = { commands: 0, faults: 0, kills: 0, deliveries: 0 };
  const property = fc.asyncProperty(
    fc.commands([...commands], { maxCommands: maxCommands, size: 'max' }),
    async (list) => {
      const result = await withRun(stage, defect, async (run) => {
        await opening?.(run);
        for (const each of list) {
          count.commands += 1;
          await each.run(run.model, run);
        }
      });
      count.faults += result.system.count.faults;
      count.kills += result.system.count.kills;
      count.deliveries += result.system.provider.delivered.length;
      if (result.problems.length > 0) throw new Error(result.problems.join('\n'));
    },
  );
  const path = pathSetting('FC_PATH');
  const details = await fc.check(property, {
    ...(defect ? untilFound(maxOf(runs), from) : parameters(runs)),
    ...(path && !defect ? { path } : {}),
  });
  const problem = details.failed
    ? `${fc.defaultReportMessage(details)}\n${details.errorInstance}`
    : undefined;
  return { ...count, problem, seed: details.seed, runs: details.numRuns };
}

const maxOf = (runs: Runs) => (typeof runs === 'number' ? runs : runs.full);

/** One line for whoever reads the log of the run. */
export function reportOf(name: string, { problem, ...numbers }: Checked): string {
  const told = Object.entries(numbers).map(([key, value]) => `${key} ${value}`);
  return `model of ${name}: ${told.join(', ')}${problem ? `\n${problem}` : ''}`;
}
