import { makeRoom } from './disk.ts';

const another = 'LOCAL_DIR=.local-2 npm start';

/** By the kernel's code: what is wrong with a path, and what to do. */
const sentences: Readonly<Record<string, (path: string, code: string) => string>> = {
  ENOSPC: (path) => `no space is left for ${path}: ${makeRoom}`,
  EDQUOT: (path) => `no space is left for ${path} (quota): ${makeRoom}`,
  EACCES: mayNotWrite,
  EPERM: mayNotWrite,
  EROFS: mayNotWrite,
  ENOTDIR: noFolder,
  EISDIR: noFile,
  ERR_FS_EISDIR: noFile,
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
};

/** Explains a fault of a file to the person who started the stack. Undefined for every other fault. */
export function fileProblem(fault: unknown, path = pathOf(fault)): string | undefined {
  const { code } = fault as NodeJS.ErrnoException;
  const sentence = code === undefined ? undefined : sentences[code];
  return sentence && path !== undefined ? sentence(path, code ?? '') : undefined;
}

function pathOf(fault: unknown): string | undefined {
  return (fault as NodeJS.ErrnoException).path;
}

function mayNotWrite(path: string, code: string): string {
  return `${path} cannot be written (${code}): give another folder that you may write to, ${another}`;
}

function noFolder(path: string): string {
  return `${path} is not a folder: give another one, ${another}`;
}

function noFile(path: string): string {
  return `${path} is a folder, expected a file: remove it`;
}

function tooManyFiles(path: string, code: string): string {
  return `${path} cannot be opened (${code}): raise the limit of open files, ulimit -n 4096`;
}
