import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HostAnswer, HostRequest } from './messages.ts';

const host = fileURLToPath(new URL('./host.ts', import.meta.url));

/** How one invocation ended, as a platform sees it. */
export type Ending =
  | HostAnswer
  | { readonly kind: 'timed_out' }
  /** `how`: by which signal, or with which code. */
  | { readonly kind: 'killed'; readonly how: string };

/** One process with a function in it: an execution environment. */
export interface Worker {
  readonly invoke: (request: HostRequest, timeoutSeconds: number) => Promise<Ending>;
  readonly alive: () => boolean;
  readonly kill: () => void;
}

export interface WorkerOptions {
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything the function writes. */
  readonly log: (text: string) => void;
}

/** Starts a worker; it loads its bundle while the first event waits. */
export function startWorker({ bundle, environment, log }: WorkerOptions): Worker {
  const child = fork(host, [bundle], {
    env: { ...environment, PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--max-old-space-size=460'],
  });
  let alive = true;
  let settle: ((ending: Ending) => void) | undefined;
  const end = (ending: Ending): void => {
    const waiting = settle;
    settle = undefined;
    waiting?.(ending);
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', log);
  }
  const ready = readiness(child);
  child.on('message', (message: HostAnswer | { ready: true }) => {
    if (!('ready' in message)) end(message);
  });
  let how = '';
  child.once('exit', (code, signal) => {
    alive = false;
    how = signal ?? `code ${code}`;
    end({ kind: 'killed', how });
  });
  child.on('error', () => undefined);
  const invoke = async (request: HostRequest, timeoutSeconds: number): Promise<Ending> => {
    if (!(await ready)) return { kind: 'killed', how: `${how} before it could take an event` };
    return new Promise<Ending>((resolve) => {
      const timer = setTimeout(() => {
        end({ kind: 'timed_out' });
        child.kill('SIGKILL');
      }, timeoutSeconds * 1000);
      settle = (ending) => {
        clearTimeout(timer);
        resolve(ending);
      };
      child.send(request, (fault) =>
        fault ? end({ kind: 'killed', how: String(fault) }) : undefined,
      );
    });
  };
  const kill = (): void => {
    alive = false;
    child.kill('SIGKILL');
  };
  return { invoke, alive: () => alive, kill };
}

/** False when the process dies before it can take an event. */
function readiness(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('message', () => resolve(true));
    child.once('exit', () => resolve(false));
  });
}
