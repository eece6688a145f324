import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Held until released; or who holds it instead. */
export type Lock = { readonly release: () => void } | { readonly heldBy: number };

/**
 * Takes a lock file that names this process. A file left by a process that is gone counts for nothing; a pid that
 * was given to another program meanwhile is told apart by when it started, where the system says so.
 */
export function takeLock(file: string): Lock {
  const own = `${process.pid} ${startOf(process.pid)}`;
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
  const [pid = '', ...start] = readOr(file, '').split(' ');
  const alive = Number(pid) > 0 && startOf(Number(pid));
  return alive !== false && alive !== '' && alive === start.join(' ') ? Number(pid) : undefined;
}

/** When a process started, in the kernel's ticks; `running` where there is no `/proc`, empty when it is gone. */
function startOf(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return '';
  }
  const status = readOr(`/proc/${pid}/stat`, '');
  // Field 22; the second field, the program's name in parentheses, may hold spaces.
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? 'running';
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
