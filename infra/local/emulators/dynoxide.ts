import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type ChildExit, startChild } from '#infra/local/process/child';
import type { Reaper } from '#infra/local/process/reaper';
import { beginAnew } from '#infra/local/trouble/begin-anew';
import { makeFolder } from '#infra/local/trouble/make-folder';
import { callJson } from './aws-call.ts';
import { dynoxideProgram } from './dynoxide-program.ts';
import { freePort } from './free-port.ts';
import { type Log, lastWords } from './last-words.ts';

export interface Emulator {
  readonly endpoint: string;
  readonly pid: number | undefined;
  readonly exited: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

const advice = 'set DYNOXIDE_BIN to a working dynoxide, or unset it for the installed one';

/**
 * Starts DynamoDB with its tables in `directory`. The port is chosen before the start, because `--port 0` does not
 * tell which port it became; a port that another program has taken in between is tried again. Throws a sentence when
 * dynoxide does not start.
 */
export async function startDynoxide(
  reaper: Reaper,
  directory: string,
  log: Log = () => undefined,
): Promise<Emulator> {
  makeFolder(directory);
  const file = join(directory, 'dynamodb.sqlite');
  const program = dynoxideProgram();
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const child = startProgram(reaper, program, port, file);
    const saidLast = lastWords(child, log);
    if (await answers(endpoint, child)) {
      return { endpoint, pid: child.process.pid, exited: child.exited, stop: () => child.stop() };
    }
    await child.stop();
    const said = await saidLast;
    if (/already in use/.test(said) && attempt < 3) continue;
    throw new Error(problem(program, file, await child.exited, said));
  }
}

function startProgram(reaper: Reaper, program: string, port: number, file: string): Child {
  const parameters = ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file];
  try {
    return startChild(reaper, program, parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(`${program} cannot be run (${code}): ${advice}`, { cause });
  }
}

function problem(program: string, file: string, { code, fault }: ChildExit, said: string): string {
  if (fault?.code === 'ENOENT') return `there is no dynoxide at ${program}: ${advice}`;
  if (fault?.code === 'EACCES') return `${program} may not be executed: ${advice}`;
  if (/database|sqlite/i.test(said)) {
    return `dynoxide cannot read ${file} (${said}): ${beginAnew}`;
  }
  const ending = code === null ? (fault?.message ?? 'it does not answer') : `exit code ${code}`;
  return `${program} ends at once (${[ending, said].filter(Boolean).join(': ')}): ${advice}`;
}

async function answers(endpoint: string, child: Child): Promise<boolean> {
  const until = Date.now() + 15_000;
  while (Date.now() < until && child.running()) {
    try {
      await callJson(endpoint, 'DynamoDB_20120810.ListTables', {});
      return true;
    } catch {
      await sleep(15);
    }
  }
  return false;
}
