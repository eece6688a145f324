import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from '#infra/local/process/child';
import type { Reaper } from '#infra/local/process/reaper';
import { callJson } from './aws-call.ts';
import { freePort } from './free-port.ts';

export interface Emulator {
  readonly endpoint: string;
  readonly pid: number | undefined;
  readonly exited: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts DynamoDB with its tables in `directory`. The port is chosen before the start, because `--port 0` does not
 * tell which port it became; a port lost to somebody else in between is tried again.
 */
export async function startDynoxide(reaper: Reaper, directory: string): Promise<Emulator> {
  mkdirSync(directory, { recursive: true });
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const child = startChild(
      reaper,
      binary(),
      [
        ...['serve', '--host', '127.0.0.1', '--port', String(port)],
        ...['--db-path', join(directory, 'dynamodb.sqlite')],
      ],
      { stdio: 'ignore' },
    );
    if (await answers(endpoint, child)) {
      return { endpoint, pid: child.process.pid, exited: child.exited, stop: () => child.stop() };
    }
    await child.stop();
  }
  throw new Error('dynoxide does not start; set DYNOXIDE_BIN to a working binary');
}

function binary(): string {
  const named = process.env['DYNOXIDE_BIN'];
  if (named) return named;
  try {
    return createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  } catch (cause) {
    throw new Error(
      `no dynoxide for ${process.platform}-${process.arch}: install it and set DYNOXIDE_BIN to its path`,
      { cause },
    );
  }
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
