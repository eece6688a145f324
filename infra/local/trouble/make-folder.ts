import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileProblem } from './file-fault.ts';

/**
 * Makes a folder and those above it. Throws a sentence when that is not possible. One by one, because `recursive`
 * answers ENOENT where the file system is read-only, and does not end on some of the kernel's own.
 */
export function makeFolder(path: string): void {
  try {
    makeFrom(path);
  } catch (fault) {
    throw new Error(fileProblem(fault) ?? `${path} cannot be made: ${String(fault)}`, {
      cause: fault,
    });
  }
}

function makeFrom(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found !== undefined) throw Object.assign(new Error('a file'), { code: 'ENOTDIR', path });
  makeFrom(dirname(path));
  try {
    mkdirSync(path);
  } catch (fault) {
    // Another process may have made it in between.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw fault;
  }
}
