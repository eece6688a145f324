import { existsSync, readFileSync } from 'node:fs';

/** States of a process that is over (proc_pid_stat(5)): `Z` has died and was not reaped, `X` is being removed. */
const over = /^[ZXx]$/;

/**
 * Tells when a process started, in the kernel's ticks: two processes with the same number differ in it. Undefined
 * when it does not run, also when its parent has not reaped it. `running` where the system has no `/proc`.
 */
export function startedAt(pid: number): string | undefined {
  if (!isKnown(pid)) return undefined;
  const stat = statOf(pid);
  if (stat === undefined) return existsSync('/proc/self/stat') ? undefined : 'running';
  // The second field, the program's name in parentheses, may hold spaces. After it come the state and 18 others.
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return over.test(state) ? undefined : (fields[18] ?? 'running');
}

/** Signal 0 is never delivered; it only asks (kill(2)). */
function isKnown(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function statOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
