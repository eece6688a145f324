import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { wholeLines } from './lines.ts';
import { frozenMark, type HostAnswer, type HostRequest } from './messages.ts';

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
  /** Told when it has stopped where it was ordered to. */
  readonly frozen: () => void;
  /** Told before it goes on, as it does after `freezeSeconds`. */
  readonly thaw: () => void;
  readonly freezeSeconds: number;
}

/** Starts a worker; it loads its bundle while the first event waits. */
export function startWorker(options: WorkerOptions): Worker {
  const { bundle, environment, freezeSeconds } = options;
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
  const hear = (text: string): void => {
    options.log(text.replace(frozenMark, ''));
    if (!text.includes(frozenMark)) return;
    options.frozen();
    setTimeout(() => {
      options.thaw();
      child.kill('SIGCONT');
    }, freezeSeconds * 1000);
  };
  for (const stream of [child.stdout, child.stderr]) {
    const lines = wholeLines(hear);
    stream?.setEncoding('utf8').on('data', lines.take).on('end', lines.end);
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
    // What stands still has no time limit: the platform that would end it stands still, too.
    const extraSeconds = request.order?.how === 'freeze' ? freezeSeconds : 0;
    return new Promise<Ending>((resolve) => {
      const timer = setTimeout(
        () => {
          end({ kind: 'timed_out' });
          child.kill('SIGKILL');
        },
        (timeoutSeconds + extraSeconds) * 1000,
      );
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
