import { describe, expect, it } from 'vitest';
import { beginAnew } from '#infra/local/trouble/begin-anew';
import { startProblem } from '#infra/local/trouble/broken';
import { diskProblem } from '#infra/local/trouble/disk';
import { fileProblem } from '#infra/local/trouble/file-fault';
import { portProblem } from '#infra/local/trouble/port-problem';

const room = { bsize: 4096, bavail: 1_000_000, bfree: 1_000_000, files: 1000, ffree: 10 };
const isRoot = process.getuid?.() === 0;

describe('a disk', () => {
  it('with room is no problem, nor one that counts no files, nor one that cannot be asked', () => {
    expect(diskProblem('/x', () => room)).toBeUndefined();
    expect(diskProblem('/x', () => ({ ...room, files: 0, ffree: 0 }))).toBeUndefined();
    expect(diskProblem('/nowhere/at/all')).toBeUndefined();
    expect(diskProblem(process.cwd())).toBeUndefined();
  });

  it('is full when it takes no more bytes, or no more files', () => {
    expect(diskProblem('/x', () => ({ ...room, bavail: 2, bfree: 2 }))).toBe(
      'the disk of /x is full (0.0 MB left): make room and start again; what was acknowledged is kept',
    );
    expect(diskProblem('/x', () => ({ ...room, ffree: 0 }))).toContain('takes no more files');
  });

  it('that is full is no reason to begin anew, whatever the emulator says', () => {
    const words = `fauxqs does not start on /x/fauxqs (disk is full): ${beginAnew}`;
    const told = (disk: string | undefined) =>
      startProblem(new Error(`${words}\nat …`), ['/x'], () => disk).message;
    expect(told('the disk of /x is full')).toBe(
      'the disk of /x is full (fauxqs does not start on /x/fauxqs (disk is full))',
    );
    expect(told(undefined)).toContain(words);
  });

  it('may still have room for root', () => {
    const problem = diskProblem('/x', () => ({ ...room, bavail: 0 }));
    expect(problem === undefined).toBe(isRoot);
  });
});

describe('a fault of a file', () => {
  const fault = (code: string, path?: string) => Object.assign(new Error(code), { code, path });

  it.each([
    ['ENOSPC', 'no space is left for /x/lock: make room'],
    ['EDQUOT', 'no space is left for /x/lock (quota): make room'],
    ['EACCES', '/x/lock cannot be written (EACCES): give another folder'],
    ['EPERM', '/x/lock cannot be written (EPERM)'],
    ['EROFS', '/x/lock cannot be written (EROFS)'],
    ['ENOTDIR', '/x/lock is not a folder'],
    ['EISDIR', '/x/lock is a folder, expected a file'],
    ['EMFILE', '/x/lock cannot be opened (EMFILE): raise the limit'],
  ])('is a sentence: %s', (code, sentence) => {
    expect(fileProblem(fault(code, '/x/lock'))).toContain(sentence);
  });

  it('of another kind keeps its own words', () => {
    expect(fileProblem(fault('ECONNREFUSED', '/x'))).toBeUndefined();
    expect(fileProblem(fault('ENOSPC'))).toBeUndefined();
    expect(fileProblem(new Error('other'))).toBeUndefined();
  });
});

describe('a fault of a port', () => {
  const problem = (code: string, port: number) =>
    portProblem(Object.assign(new Error(code), { code }), { name: 'PORT', port });

  it('names one that is allowed', () => {
    expect(problem('EADDRINUSE', 3000)).toContain('PORT=3001 npm start');
    expect(problem('EADDRINUSE', 65_535)).toContain('PORT=65534 npm start');
    expect(problem('EACCES', 80)).toBe(
      'port 80 may not be opened by this user: choose another, PORT=1024 npm start (PORT=0 takes a free one)',
    );
    expect(problem('EADDRNOTAVAIL', 80)).toBeUndefined();
  });
});
