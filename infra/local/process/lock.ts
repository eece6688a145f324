import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { startedAt } from './started-at.ts';

/** Held until released; or held by another process, named by its pid. */
export type Lock = { readonly release: () => void } | { readonly heldBy: number };

/**
 * Takes a lock file that names this process. A file left by a process that is over counts for nothing. When the
 * process started tells it from another one that was given the same pid since.
 */
export function takeLock(file: string): Lock {
  const own = `${process.pid} ${startedAt(process.pid)}`;
  for (;;) {
    try {
      writeFileSync(file, own, { flag: 'wx' });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const heldBy = holder(file);
    if (heldBy !== undefined) return { heldBy };
    rmSync(file, { force: true });
  }
}

function holder(file: string): number | undefined {
  const [, pid, start] = /^(\d+) (\w+)$/.exec(contentOf(file)) ?? [];
  const isHeld = start !== undefined && startedAt(Number(pid)) === start;
  return isHeld ? Number(pid) : undefined;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
