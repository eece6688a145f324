import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackDescription } from '#infra/local/description';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm start` as a process of its own. */
export interface Launched {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** What it has printed on stdout so far. */
  readonly lines: () => string[];
  /** What it has printed on stderr so far. */
  readonly errors: () => string;
}

const launched = new Set<ChildProcess>();

/** Stops what a test has left running; nothing that it has started survives it. */
export async function stopLaunched(): Promise<void> {
  const running = [...launched].filter(
    ({ exitCode, signalCode }) => (exitCode ?? signalCode) === null,
  );
  launched.clear();
  for (const child of running) {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }
}

/** Runs `npm start` on free ports in a folder, with flags and variables, and with nothing else of our environment. */
export function launch(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Launched {
  const child = spawn(process.execPath, ['infra/local/start.ts', ...flags], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOCAL_DIR: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (text) => {
    out += String(text);
  });
  child.stderr.on('data', (text) => {
    errors += String(text);
  });
  launched.add(child);
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  return { child, exited, lines: () => out.trim().split('\n'), errors: () => errors };
}

/** What the stack in a folder says of itself. */
export function described(directory: string): StackDescription {
  return JSON.parse(readFileSync(join(directory, 'stack.json'), 'utf8'));
}
