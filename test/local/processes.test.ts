import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '#infra/local/process/child';
import { takeLock } from '#infra/local/process/lock';
import { startReaper } from '#infra/local/process/reaper';
import { startedAt } from '#infra/local/process/started-at';
import { openTeardown } from '#infra/local/process/teardown';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A child that ignores SIGTERM and never looks at its input. */
const stubborn = "process.on('SIGTERM', () => {}); console.log('here'); for (;;);";

describe('a child', () => {
  it('that ignores SIGTERM is killed after the grace', async () => {
    const reaper = startReaper();
    const child = startChild(reaper, process.execPath, ['-e', stubborn], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.process.stdout?.once('data', resolve));
    await child.stop(50);
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await reaper.stop();
  });

  it('that is still watched goes down with the reaper', async () => {
    const reaper = startReaper();
    const child = startChild(reaper, process.execPath, ['-e', stubborn], { stdio: 'ignore' });
    const other = startChild(reaper, '/bin/sh', ['-c', 'exit 4'], { stdio: 'ignore' });
    expect(await other.exited).toEqual({ code: 4, signal: null });
    await reaper.stop();
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('does not outlive us when we are killed, even while it spins', async () => {
    const script = join(folder, 'parent.ts');
    const at = (file: string) => new URL(`../../infra/local/process/${file}`, import.meta.url).href;
    writeFileSync(
      script,
      `import { startReaper } from '${at('reaper.ts')}';
       import { startChild } from '${at('child.ts')}';
       const child = startChild(startReaper(), process.execPath, ['-e', ${JSON.stringify(stubborn)}],
         { stdio: ['ignore', 'pipe', 'inherit'] });
       child.process.stdout.once('data', () => console.log(child.process.pid));
       setInterval(() => {}, 1000);`,
    );
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (text) => resolve(Number(text)));
    });
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => alive(pid), { timeout: 5000 }).toBe(false);
  });
});

describe('a lock', () => {
  it('is had once, and again after its release', () => {
    const file = join(folder, 'lock');
    const first = takeLock(file);
    expect(takeLock(file)).toEqual({ heldBy: process.pid });
    if ('release' in first) first.release();
    expect(takeLock(file)).toHaveProperty('release');
  });

  it.each(['', 'nonsense', '999999999 1', `${process.pid} 1`])(
    'is taken over from nobody, as in "%s"',
    (content) => {
      const file = join(folder, `stale-${content.length}`);
      writeFileSync(file, content);
      expect(takeLock(file)).toHaveProperty('release');
    },
  );
});

describe('a process', () => {
  it('runs as long as it has a start, and is told from another one with its number by it', async () => {
    const child = spawn('/bin/sleep', ['60']);
    const { pid = 0 } = child;
    expect(startedAt(pid)).toMatch(/^\d+$/);
    expect(startedAt(pid)).toBe(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21]);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(startedAt(pid)).toBeUndefined();
  });

  it('that has died and was not reaped does not run, and holds no lock', async () => {
    // The shell becomes a `sleep`, which does not wait for the child it has inherited.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (text) => resolve(Number(text)));
    });
    const fields = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    await expect.poll(() => fields()[2]).toBe('Z');
    expect(alive(pid)).toBe(true);
    expect(startedAt(pid)).toBeUndefined();
    const file = join(folder, 'zombie');
    writeFileSync(file, `${pid} ${fields()[21]}`);
    expect(takeLock(file)).toHaveProperty('release');
    parent.kill();
  });
});

describe('a teardown', () => {
  it('undoes in reverse, once, and in spite of what fails', async () => {
    const done: string[] = [];
    const teardown = openTeardown();
    teardown.defer(() => done.push('first'));
    teardown.defer(async () => {
      done.push('second');
      throw new Error('no');
    });
    teardown.defer(() => done.push('third'));
    await Promise.all([teardown.run(), teardown.run()]);
    expect(done).toEqual(['third', 'second', 'first']);
  });
});
