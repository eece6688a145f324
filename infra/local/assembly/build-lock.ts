import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeLock } from '#infra/local/process/lock';

/** Two stacks of one working copy bundle one after the other: they share `dist`. Resolves with the release. */
export async function buildLock(root: string): Promise<() => void> {
  const directory = join(root, 'node_modules', '.cache', 'switchboard');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'build.lock');
  for (;;) {
    const lock = takeLock(file);
    if ('release' in lock) return lock.release;
    await sleep(50);
  }
}
