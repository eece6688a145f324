import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reaper } from './reaper.ts';

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it never ran. */
  readonly fault?: NodeJS.ErrnoException;
}

export interface Child {
  readonly process: ChildProcess;
  readonly exited: Promise<ChildExit>;
  readonly running: () => boolean;
  /** Sends a signal to the child's whole process group. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Asks with SIGTERM, then insists with SIGKILL; resolves when the child is gone. */
  readonly stop: (graceMilliseconds?: number) => Promise<void>;
}

/**
 * Starts a child that the reaper watches. It leads its own process group: Ctrl-C in the terminal then reaches only
 * us, and we stop the children in order.
 */
export function startChild(
  reaper: Reaper,
  command: string,
  parameters: readonly string[],
  options: SpawnOptions,
): Child {
  const child = spawn(command, parameters, { ...options, detached: true });
  let exit: ChildExit | undefined;
  if (child.pid !== undefined) reaper.watch(child.pid);
  const exited = new Promise<ChildExit>((resolve) => {
    const end = (found: ChildExit): void => {
      exit ??= found;
      if (child.pid !== undefined) reaper.forget(child.pid);
      resolve(exit);
    };
    child.once('exit', (code, signal) => end({ code, signal }));
    child.once('error', (fault) => end({ code: null, signal: null, fault }));
  });
  const signal = (name: NodeJS.Signals): void => {
    if (exit || child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // ESRCH: it went away between the check and the call.
    }
  };
  const stop = async (graceMilliseconds = 3000): Promise<void> => {
    signal('SIGTERM');
    const grace = new AbortController();
    const late = sleep(graceMilliseconds, 'late', { signal: grace.signal }).catch(() => 'gone');
    const outcome = await Promise.race([exited.then(() => 'gone'), late]);
    grace.abort();
    if (outcome === 'late') signal('SIGKILL');
    await exited;
  };
  return { process: child, exited, running: () => exit === undefined, signal, stop };
}
