import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startStack } from '#infra/local/stack';
import { described, type Launched, launch, root, stopLaunched } from './launch.ts';

let folder: string;
/** A folder in which a stack has run and ended well. */
let used: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trouble-'));
  used = join(folder, 'used');
  await (await startStack({ localDir: used, port: 0, quiet: true })).stop();
}, 120_000);
afterEach(stopLaunched);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
/** A copy of that folder, in which something has been spoilt. */
function spoilt(spoil: (directory: string) => void): string {
  made += 1;
  const directory = join(folder, `spoilt-${made}`);
  cpSync(used, directory, { recursive: true });
  spoil(directory);
  return directory;
}

/** What is printed when something goes wrong: the steps, and then sentences; no stack trace of a program. */
function problem({ errors }: Launched): string {
  const lines = errors()
    .split('\n')
    .filter((line) => !/^\s*\d+\.\d\d s {2}/.test(line));
  expect(errors()).not.toMatch(/^\s+at /m);
  expect(errors()).not.toContain('Node.js v');
  return lines.join('\n').trim();
}

const ready = async (stack: Launched): Promise<void> => {
  await expect.poll(() => stack.lines().at(-1), { timeout: 60_000 }).toMatch(/^ready/);
};

/** A message that functions have to write down, and the access log with them. */
const knock = (directory: string) =>
  fetch(`${described(directory).providers['whatsapp']}/_inbound`, {
    method: 'POST',
    body: JSON.stringify({ from: '491701234567', text: 'x'.repeat(3000) }),
    signal: AbortSignal.timeout(5000),
  }).catch(() => undefined);

describe('npm start, asked wrongly,', { timeout: 120_000 }, () => {
  it.each([
    ['PORT', 'three'],
    ['PORT', '-1'],
    ['PORT', '70000'],
    ['PORT', '0x10'],
    ['PORT', ' '],
    ['SMTP_PORT', '25.5'],
  ])('says what a port is: %s=%s', async (name, value) => {
    const stack = launch(join(folder, 'asked'), { [name]: value });
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toBe(`${name} is "${value}": give a number from 0 to 65535`);
  });

  it.each([['nope'], ['account'], ['../stack'], ['LOCAL']])(
    'names the stages there are: STAGE=%s',
    async (stage) => {
      const directory = join(folder, 'stage');
      const stack = launch(directory, { STAGE: stage });
      expect(await stack.exited).toBe(1);
      expect(problem(stack)).toBe(
        `STAGE is "${stage}": give the name of a file in infra/cdk/config that exports a stage, one of example, local, local-aws`,
      );
      expect(existsSync(directory)).toBe(false);
    },
  );

  it.each([
    [['--frsh'], "Unknown option '--frsh'"],
    [['fresh'], "Unexpected argument 'fresh'"],
    [['--fresh=yes'], "Option '--fresh' does not take an argument"],
  ])('names the flags there are: %j', async (flags, what) => {
    const stack = launch(join(folder, 'asked'), {}, flags);
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toContain(what);
    expect(problem(stack)).toContain('allowed are --fresh and --help');
  });

  it('tells a flag that npm has kept for itself', async () => {
    const stack = launch(join(folder, 'asked'), { npm_config_fresh: 'true' });
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toBe('npm has taken --fresh for itself: write npm start -- --fresh');
  });
});

describe('npm start, where a port is taken,', { timeout: 120_000 }, () => {
  let taken: Server;
  let port: number;
  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    port = (taken.address() as { port: number }).port;
  });
  afterAll(() => taken.close());

  it.each([
    ['PORT', (number: number) => `port ${number} is taken`],
    ['SMTP_PORT', (number: number) => `port ${number} for mail is taken`],
  ])('names another one, and leaves nothing: %s', async (name, what) => {
    const directory = join(folder, name);
    const stack = launch(directory, { [name]: String(port) });
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toContain(what(port));
    expect(problem(stack)).toContain(`${name}=0 takes a free one`);
    const processes = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
    expect(processes).not.toContain(directory);
    expect(existsSync(join(directory, 'lock'))).toBe(false);
  });
});

describe('npm start, in a folder it cannot use,', { timeout: 120_000 }, () => {
  it.each([
    ['a file', 'file', 'is not a folder'],
    ['below a file', 'file/below', 'is not a folder'],
  ])('says so: %s', async (_, name, what) => {
    writeFileSync(join(folder, 'file'), '');
    const stack = launch(join(folder, name));
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toBe(
      `${join(folder, 'file')} ${what}: give another one, LOCAL_DIR=.local-2 npm start`,
    );
  });

  it('says so where nobody may write', async () => {
    // No permission stops root, and the kernel's own files do.
    const stack = launch('/sys/kernel/switchboard');
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toMatch(
      /^\/sys\/kernel\/switchboard cannot be written \(\w+\): give another folder that you may write to, LOCAL_DIR=/,
    );
  });
});

describe('npm start, on a state that is spoilt,', { timeout: 120_000 }, () => {
  const noise = Buffer.alloc(100_000, 'no database');

  it.each([
    [
      'secrets that are no JSON',
      (directory: string) => writeFileSync(join(directory, 'secrets.json'), '{"a'),
      /secrets\.json is not JSON: mend it, or npm start -- --fresh begins anew$/,
    ],
    [
      'secrets of another form',
      (directory: string) => writeFileSync(join(directory, 'secrets.json'), '{"a":1}'),
      /secrets\.json is not a list of secrets \(a: .+\): mend it, or npm start -- --fresh begins anew$/,
    ],
    [
      'tables that are no database',
      (directory: string) => writeFileSync(join(directory, 'dynamodb', 'dynamodb.sqlite'), noise),
      /dynoxide cannot read .*dynamodb\.sqlite \(.*not a valid SQLite database.*\): npm start -- --fresh begins anew$/,
    ],
    [
      'queues that are no database',
      (directory: string) => writeFileSync(join(directory, 'fauxqs', 'fauxqs.db'), noise),
      /fauxqs does not start on .*fauxqs \(file is not a database\): npm start -- --fresh begins anew$/,
    ],
    [
      'a file in the place of the logs',
      (directory: string) => {
        rmSync(join(directory, 'logs'), { recursive: true });
        writeFileSync(join(directory, 'logs'), '');
      },
      /logs is not a folder: /,
    ],
    [
      'a folder in the place of the lock',
      (directory: string) => mkdirSync(join(directory, 'lock')),
      /lock is a folder, expected a file: remove it$/,
    ],
  ])('says what to do: %s', async (_, spoil, sentence) => {
    const directory = spoilt(spoil);
    const stack = launch(directory);
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toMatch(sentence);
    expect(problem(stack).split('\n')).toHaveLength(1);
  });

  it('warns of a secret that was pasted bare, without a word of it, and starts', async () => {
    const directory = spoilt((each) => {
      const file = join(each, 'secrets.json');
      const secrets = JSON.parse(readFileSync(file, 'utf8'));
      secrets['switchboard/local/twilio/main'][0].value = 'do-not-print';
      writeFileSync(file, JSON.stringify(secrets));
    });
    const stack = launch(directory);
    await ready(stack);
    expect(problem(stack)).toMatch(
      /^warning {2}.*secrets\.json: the value of switchboard\/local\/twilio\/main is not a JSON object of texts, so twilio\/main neither receives nor sends: mend it and start again$/,
    );
    expect(problem(stack)).not.toContain('do-not-print');
    stack.child.kill('SIGTERM');
    expect(await stack.exited).toBe(0);
  });

  it('makes again what is made of the sources alone', async () => {
    const stack = launch(
      spoilt((directory) => writeFileSync(join(directory, 'cdk.out', 'manifest.json'), '{')),
    );
    await ready(stack);
    stack.child.kill('SIGTERM');
    expect(await stack.exited).toBe(0);
  });
});

describe('npm start, without a working dynoxide,', { timeout: 120_000 }, () => {
  const file = (name: string, mode: number) => {
    writeFileSync(join(folder, name), Buffer.from([0x7f, 0, 1, 2, 3]), { mode });
    return join(folder, name);
  };
  it.each([
    ['is not there', () => '/nowhere/dynoxide', /^there is no dynoxide at \/nowhere\/dynoxide: /],
    ['is below a file', () => '/etc/passwd/x', /^\/etc\/passwd\/x cannot be run \(ENOTDIR\): /],
    ['may not be executed', () => file('plain', 0o644), /plain may not be executed: /],
    [
      'is for another machine',
      () => file('other', 0o755),
      /other ends at once \(exit code 12\d.*\): /,
    ],
    ['is another program', () => '/bin/true', /^\/bin\/true ends at once \(exit code 0\): /],
  ])('says what is wrong: the one that DYNOXIDE_BIN names %s', async (_, program, what) => {
    const stack = launch(
      spoilt(() => undefined),
      { DYNOXIDE_BIN: program() },
    );
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toMatch(what);
    expect(problem(stack)).toMatch(
      /: set DYNOXIDE_BIN to a working dynoxide, or unset it for the installed one$/,
    );
  });
});

describe('npm start, on a machine of another kind,', { timeout: 120_000 }, () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version = optionalDependencies['@dynoxide/linux-x64'];

  /** Makes Node say of itself that it runs on another platform. */
  function pretend(platform: string, arch: string): Record<string, string> {
    const file = join(folder, `${platform}-${arch}.mjs`);
    const values = { platform: { value: platform }, arch: { value: arch } };
    writeFileSync(file, `Object.defineProperties(process, ${JSON.stringify(values)});`);
    return { NODE_OPTIONS: `--import=${file}` };
  }

  it.each([
    ['darwin', 'arm64'],
    ['darwin', 'x64'],
    ['linux', 'arm64'],
  ])('says the command that installs dynoxide: %s %s', async (platform, arch) => {
    const stack = launch(join(folder, 'other-machine'), pretend(platform, arch));
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toBe(
      `dynoxide is not installed for ${platform}-${arch}: npm install --no-save @dynoxide/${platform}-${arch}@${version} installs it; or set DYNOXIDE_BIN to the path of one`,
    );
  });

  it.each([
    ['win32', 'x64', 'on Windows, run npm ci and npm start in WSL'],
    [
      'freebsd',
      'x64',
      'there are packages for linux-x64, linux-arm64, darwin-x64, darwin-arm64; set DYNOXIDE_BIN to the path of one',
    ],
  ])('says what to do where no package helps: %s %s', async (platform, arch, advice) => {
    const stack = launch(join(folder, 'other-machine'), pretend(platform, arch));
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toBe(`dynoxide is not installed for ${platform}-${arch}: ${advice}`);
  });

  it('takes the package of its platform where it is installed', async () => {
    const modules = join(folder, 'modules');
    mkdirSync(join(modules, '@dynoxide/darwin-arm64'), { recursive: true });
    const ours = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
    copyFileSync(ours, join(modules, '@dynoxide/darwin-arm64/dynoxide'));
    const directory = spoilt(() => undefined);
    const stack = launch(directory, { ...pretend('darwin', 'arm64'), NODE_PATH: modules });
    await ready(stack);
    const { dynoxide } = described(directory).emulatorPids;
    expect(readlinkSync(`/proc/${dynoxide}/exe`)).toBe(
      join(realpathSync(modules), '@dynoxide/darwin-arm64/dynoxide'),
    );
    stack.child.kill('SIGTERM');
    expect(await stack.exited).toBe(0);
  });
});

/** Whether a file system of our own can be mounted here: containers and CI machines often may not. */
const mounts: boolean = (() => {
  const probe = mkdtempSync(join(tmpdir(), 'mount-'));
  const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe]);
  if (mounted.status === 0) execFileSync('/bin/umount', [probe]);
  rmSync(probe, { recursive: true });
  return mounted.status === 0;
})();

describe('a full disk', { timeout: 120_000 }, () => {
  it('under the logs stops the stack in order, with a sentence', async () => {
    // /dev/full answers every write as a full disk does.
    const directory = spoilt((each) => {
      rmSync(join(each, 'logs'), { recursive: true });
      mkdirSync(join(each, 'logs'));
      symlinkSync('/dev/full', join(each, 'logs', 'access.log'));
    });
    const stack = launch(directory);
    await ready(stack);
    void knock(directory);
    expect(await stack.exited).toBe(1);
    expect(problem(stack)).toMatch(
      /^no space is left for .*access\.log: make room and start again; what was acknowledged is kept\. Stopping$/m,
    );
    expect(existsSync(join(directory, 'stack.json'))).toBe(false);
    expect(existsSync(join(directory, 'lock'))).toBe(false);
  });

  describe.skipIf(!mounts)('of its own (skipped where nothing can be mounted)', () => {
    const disk = () => join(folder, 'disk');
    const mount = (size: string) => {
      mkdirSync(disk(), { recursive: true });
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk()]);
    };
    // Lazily: a process that is going down may still hold a file.
    afterEach(() => execFileSync('/bin/umount', ['-l', disk()]));
    const fill = () => spawnSync('/bin/dd', ['if=/dev/zero', `of=${disk()}/fill`, 'bs=4k']);

    it('stops a running stack, which goes on when there is room again', async () => {
      mount('48m');
      const directory = join(disk(), 'local');
      const stack = launch(directory);
      await ready(stack);
      await knock(directory);
      fill();
      expect(await stack.exited).toBe(1);
      expect(problem(stack)).toMatch(
        /^the disk of .*\/disk\/local is full \(0\.\d MB left\): make room and start again; what was acknowledged is kept\. Stopping$/m,
      );
      const onFullDisk = launch(directory);
      expect(await onFullDisk.exited).toBe(1);
      expect(problem(onFullDisk)).toMatch(/^the disk of .* is full .*: make room and start again/);
      // It would forget what was acknowledged.
      expect(problem(onFullDisk)).not.toContain('--fresh');
      rmSync(join(disk(), 'fill'));
      const again = launch(directory);
      await ready(again);
      again.child.kill('SIGTERM');
      expect(await again.exited).toBe(0);
    });

    it.each(['2m', '64k'])('keeps one from starting: %s', async (size) => {
      mount(size);
      const stack = launch(join(disk(), 'local'));
      expect(await stack.exited).toBe(1);
      expect(problem(stack)).toMatch(
        /^the disk of .*\/disk\/local is full \(0\.\d MB left\): make room and start again/,
      );
    });
  });
});
