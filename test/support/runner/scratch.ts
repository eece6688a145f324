import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
/** Of several stacks at once, each with its template and its databases. A container often has 64 MB. */
const leastFreeBytes = 1_000_000_000;

function hasRoom(): boolean {
  if (!existsSync(memory)) return false;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= leastFreeBytes;
}

/** Makes an empty folder for what a test stores: in memory where there is room. No test of this project needs a disk's pace. */
export function scratchFolder(prefix: string): string {
  return mkdtempSync(join(hasRoom() ? memory : tmpdir(), prefix));
}
