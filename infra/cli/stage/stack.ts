import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cwd } from 'node:process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { CliError } from '#infra/cli/cli-error';
import { startedAt } from '#infra/local/process/started-at';
import { PriceSettings } from '#shared/model/price';

/** As much of `stack.json` as the commands need (docs/local.md, "stack.json"). */
const Stack = z.object({
  url: z.url(),
  region: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  endpoints: z.object({ dynamodb: z.url(), sqs: z.url() }),
  table: z.string(),
  queues: z.object({ normalized: z.string() }),
  accounts: z.array(
    z.object({
      connector: z.string(),
      account: z.string(),
      publicUrl: z.string().optional(),
      settings: z.record(z.string(), z.unknown()).optional(),
      prices: z.optional(PriceSettings),
      /** The name of its secret in the local store. */
      secretId: z.string().optional(),
    }),
  ),
  providers: z.record(z.string(), z.url()),
  logs: z.string().optional(),
  pid: z.number().int().optional(),
  pidStartedAt: z.string().optional(),
});
export type Stack = z.infer<typeof Stack>;

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** The stack that runs in this folder. Throws `CliError` when there is none, or when it has ended. */
export function openStack(localDir: string): Stack {
  const described = readDescription(localDir);
  if (described === undefined) throw notRunning(`no stack is running in ${localDir}`, localDir);
  const stack = Stack.safeParse(described);
  if (!stack.success) {
    const reasons = stack.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw notRunning(`${localDir}/stack.json is not a stack's: ${reasons.join('; ')}`, localDir);
  }
  const { pid, pidStartedAt } = stack.data;
  if (pid !== undefined && !isRunning(pid, pidStartedAt)) {
    throw notRunning(`the stack in ${localDir} has ended (pid ${pid})`, localDir);
  }
  return stack.data;
}

/** `npm start` runs in the project's folder wherever it was called, so its LOCAL_DIR counts from there. */
function readDescription(localDir: string): unknown {
  try {
    return JSON.parse(readFileSync(join(resolve(projectRoot, localDir), 'stack.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function notRunning(what: string, localDir: string): CliError {
  const folder = resolve(projectRoot);
  const npm = resolve(cwd()) === folder ? 'npm start' : `npm --prefix ${folder} start`;
  const isDefault = resolve(folder, localDir) === join(folder, '.local');
  const start = isDefault ? npm : `LOCAL_DIR=${localDir} PORT=0 ${npm}`;
  return new CliError(what, `start one with ${start}`);
}

/** A killed stack leaves its description behind, and its pid may be another program's by now. */
function isRunning(pid: number, pidStartedAt: string | undefined): boolean {
  const start = startedAt(pid);
  return start !== undefined && (pidStartedAt === undefined || start === pidStartedAt);
}
