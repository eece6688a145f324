import { type StatsFs, statfsSync } from 'node:fs';

/** A disk with less space takes no page of a database. */
const leastBytes = 256 * 1024;
const lookAgainMilliseconds = 1000;

export const makeRoom = 'make room and start again; what was acknowledged is kept';

type Room = Pick<StatsFs, 'bsize' | 'bavail' | 'bfree' | 'files' | 'ffree'>;

/** Says that the disk of a folder is full. Undefined while there is space, and where the system cannot tell. */
export function diskProblem(
  directory: string,
  roomOf: (path: string) => Room = (path) => statfsSync(path),
): string | undefined {
  const room = orUndefined(() => roomOf(directory));
  if (room === undefined) return undefined;
  // Space reserved for root counts for root alone.
  const bytes = room.bsize * (process.getuid?.() === 0 ? room.bfree : room.bavail);
  if (bytes < leastBytes) {
    const megabytes = (bytes / 1024 / 1024).toFixed(1);
    return `the disk of ${directory} is full (${megabytes} MB left): ${makeRoom}`;
  }
  // Some file systems count no files and say 0 of 0.
  if (room.files > 0 && room.ffree === 0) {
    return `the disk of ${directory} takes no more files (0 of ${room.files} left): ${makeRoom}`;
  }
  return undefined;
}

export interface DiskWatch {
  /** Resolves with a sentence when the disk is full. */
  readonly full: Promise<string>;
  readonly stop: () => void;
}

/** Looks at the disk of a folder once a second: the emulators answer 500 on a full one, and go on. */
export function watchDisk(directory: string): DiskWatch {
  const full = Promise.withResolvers<string>();
  const timer = setInterval(() => {
    const problem = diskProblem(directory);
    if (problem !== undefined) full.resolve(problem);
  }, lookAgainMilliseconds);
  timer.unref();
  return { full: full.promise, stop: () => clearInterval(timer) };
}

function orUndefined<Value>(ask: () => Value): Value | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
