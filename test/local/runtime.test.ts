import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LambdaFunction } from '#infra/local/lambda/function';
import type { Outcome } from '#infra/local/lambda/outcome';
import { type LambdaPool, startPool } from '#infra/local/lambda/pool';
import { type Reaper, startReaper } from '#infra/local/process/reaper';

const handlers = {
  echo: `export const handler = async (event, context) => ({ event, name: context.functionName,
    id: context.awsRequestId, left: context.getRemainingTimeInMillis(), pid: process.pid,
    env: process.env });`,
  slow: `export const handler = async () => new Promise((resolve) => setTimeout(resolve, 60000));`,
  spin: `export const handler = async () => { for (;;); };`,
  exit: `export const handler = async () => { process.exit(3); };`,
  boom: `export const handler = async () => { throw new TypeError('not like this'); };`,
  broken: `throw new RangeError('cannot load'); export const handler = async () => 1;`,
  callback: `export const handler = (event, context, callback) => callback(null, 1);`,
  large: `export const handler = async ({ bytes }) => 'x'.repeat(bytes - 2);`,
  meet: `let at = 0; export const handler = async ({ wait }) => {
    at += 1; const seen = at; await new Promise((resolve) => setTimeout(resolve, wait)); at -= 1;
    return { pid: process.pid, seen }; };`,
} as const;

let folder: string;
let reaper: Reaper;
let pool: LambdaPool;
const logged: string[] = [];

function deployed(name: string, changes: Partial<LambdaFunction> = {}): LambdaFunction {
  return {
    name,
    arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
    label: name,
    codeDirectory: join(folder, name),
    handler: 'index.handler',
    timeoutSeconds: 5,
    memoryMegabytes: 256,
    environment: { GREETING: 'hello' },
    logFormat: 'JSON',
    ...changes,
  };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runtime-'));
  for (const [name, code] of Object.entries(handlers)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), code);
  }
  reaper = startReaper();
  const short = { timeoutSeconds: 0.5 };
  const functions = Object.keys(handlers).map((name) =>
    deployed(name, name === 'slow' || name === 'spin' ? short : {}),
  );
  const one = deployed('meet-alone', {
    codeDirectory: join(folder, 'meet'),
    reservedConcurrency: 1,
  });
  pool = startPool([...functions, one], {
    reaper,
    endpoints: { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' },
    log: (_, text) => logged.push(text),
  });
});

afterAll(async () => {
  await pool.stop();
  await reaper.stop();
  rmSync(folder, { recursive: true });
});

async function invoke(name: string, event: unknown = {}): Promise<Outcome> {
  return pool.invoke(name, JSON.stringify(event));
}

async function returned(name: string, event: unknown = {}): Promise<Record<string, unknown>> {
  const outcome = await invoke(name, event);
  if (outcome.kind === 'failed') throw new Error(JSON.stringify(outcome.error));
  return JSON.parse(outcome.payload) as Record<string, unknown>;
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a function in the runtime of AWS', () => {
  it('gets its event, its context and its environment, and nothing of ours', async () => {
    process.env['SECRET_OF_THE_DEVELOPER'] = 'mine';
    const { event, name, id, left, env } = await returned('echo', { text: 'grüße 👋' });
    expect({ event, name }).toEqual({ event: { text: 'grüße 👋' }, name: 'echo' });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(5000);
    expect(env).toMatchObject({
      GREETING: 'hello',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'echo',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
    });
    expect(env).not.toHaveProperty('SECRET_OF_THE_DEVELOPER');
  });

  it('is kept warm for the next event', async () => {
    const first = await returned('meet', { wait: 0 });
    const second = await returned('meet', { wait: 0 });
    expect(second['pid']).toBe(first['pid']);
  });

  it('works on one event at a time in each process', async () => {
    const met = await Promise.all([1, 2, 3].map(() => returned('meet', { wait: 300 })));
    expect(met.map(({ seen }) => seen)).toEqual([1, 1, 1]);
    expect(new Set(met.map(({ pid }) => pid)).size).toBe(3);
  });

  it('never has more processes than its reserved concurrency', async () => {
    const met = await Promise.all([1, 2, 3].map(() => returned('meet-alone', { wait: 50 })));
    expect(new Set(met.map(({ pid }) => pid)).size).toBe(1);
  });

  it('reports what its handler throws, and lives on', async () => {
    const outcome = await invoke('boom');
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: { errorType: 'TypeError', errorMessage: 'not like this' },
    });
    expect((await invoke('boom')).kind).toBe('failed');
  });

  it.each(['slow', 'spin'])('is killed at its timeout when it is %s', async (name) => {
    const outcome = await invoke(name);
    expect(outcome).toMatchObject({ kind: 'failed', error: { errorType: 'Sandbox.Timedout' } });
    expect(JSON.stringify(outcome)).toContain('Task timed out after 0.50 seconds');
  });

  it('reports that its process ended, and starts anew', async () => {
    for (const _ of [1, 2]) {
      expect(await invoke('exit')).toMatchObject({
        kind: 'failed',
        error: {
          errorType: 'Runtime.ExitError',
          errorMessage: expect.stringContaining('exit status 3'),
        },
      });
    }
  });

  it('reports that its code cannot be loaded', async () => {
    expect(await invoke('broken')).toMatchObject({
      kind: 'failed',
      error: { errorType: 'RangeError', errorMessage: 'cannot load' },
    });
  });

  it('is refused with a callback, as on Node 24 in Lambda', async () => {
    expect(await invoke('callback')).toMatchObject({
      kind: 'failed',
      error: { errorType: 'Runtime.CallbackHandlerDeprecated' },
    });
  });

  it('may return 6,291,556 bytes and not one more', async () => {
    expect((await invoke('large', { bytes: 6_291_556 })).kind).toBe('returned');
    expect(await invoke('large', { bytes: 6_291_557 })).toMatchObject({
      kind: 'failed',
      error: { errorType: 'Function.ResponseSizeTooLarge' },
    });
  });

  it('is stopped when nobody needs it', async () => {
    const brief = startPool(
      [deployed('meet')],
      { reaper, endpoints: {}, log: () => undefined },
      { idleSeconds: 0.05 },
    );
    const { pid } = JSON.parse(
      ((await brief.invoke('meet', '{"wait":0}')) as { payload: string }).payload,
    ) as { pid: number };
    await expect.poll(() => alive(pid)).toBe(false);
    await brief.stop();
  });

  it('is not there after the pool has stopped, even while it spins', async () => {
    const other = startPool([deployed('spin')], { reaper, endpoints: {}, log: () => undefined });
    const outcome = other.invoke('spin', '{}');
    await expect.poll(() => logged.length).toBeGreaterThan(0);
    await other.stop(0);
    expect((await outcome).kind).toBe('failed');
  });
});
