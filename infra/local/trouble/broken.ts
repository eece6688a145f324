import type { LocalDirectory } from '#infra/local/local-directory';
import type { Logs } from '#infra/local/logs';
import type { Teardown } from '#infra/local/process/teardown';
import type { Services } from '#infra/local/services';
import { beginAnew } from './begin-anew.ts';
import { diskProblem, watchDisk } from './disk.ts';
import { fileProblem } from './file-fault.ts';

interface Watched {
  readonly services: Services;
  readonly directory: LocalDirectory;
  readonly logs: Logs;
  readonly teardown: Teardown;
}

/** Resolves with a sentence when the stack cannot go on: an emulator has ended, or nothing can be written any more. */
export function brokenBy({ services, directory, logs, teardown }: Watched): Promise<string> {
  const disk = watchDisk(directory.path);
  teardown.defer(disk.stop);
  const ended = (name: 'dynoxide' | 'fauxqs'): Promise<string> =>
    services[name].exited.then(() => `${name} has ended; its log is ${logs.fileOf(name)}`);
  const troubles = [ended('dynoxide'), ended('fauxqs'), disk.full, logs.broken];
  return Promise.race(troubles).then((trouble) => diskProblem(directory.path) ?? trouble);
}

/**
 * Turns a fault that has kept the stack from starting into advice for the person who started it. A full disk shows in
 * many ways, so the disks are checked whatever the fault says.
 */
export function startProblem(
  fault: unknown,
  directories: readonly string[],
  problemOf: (directory: string) => string | undefined = diskProblem,
): Error {
  const disk = directories.map((each) => problemOf(each)).find((each) => each !== undefined);
  const words = fault instanceof Error ? fault.message : String(fault);
  // To begin anew would delete what was acknowledged, and free no space.
  const advice = `: ${beginAnew}`;
  const sentence = disk ? `${disk} (${firstLine(words).replace(advice, '')})` : fileProblem(fault);
  if (sentence !== undefined) return new Error(sentence, { cause: fault });
  return fault instanceof Error ? fault : new Error(words);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
