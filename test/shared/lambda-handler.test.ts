import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { lambdaHandler } from '#shared/lambda-handler';
import { sourceFiles } from '#test/guards/tree-rules';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** An invocation whose time is up. */
const over = { getRemainingTimeInMillis: () => 0 } as Context;

async function slow(): Promise<string> {
  await sleep(30);
  return 'done';
}

describe('the handler of a function', () => {
  // A sender that was answered for went on beside the next invocation: two replies at once, and a kill left both open.
  it('ends when its work does, though the time is up', async () => {
    expect(await lambdaHandler<object, string>().handler(slow)({}, over)).toBe('done');
    await expect(middy<object, string>().handler(slow)({}, over)).rejects.toThrow('aborted');
  });

  it('is started like this in every function', () => {
    const files = sourceFiles(project, ['functions', 'shared']);
    const starting = files.filter(({ text }) => /^import middy/m.test(text));
    expect(starting.map(({ path }) => path)).toEqual(['shared/lambda-handler.ts']);
    const handlers = files.filter(({ path }) => path.endsWith('/handler.ts'));
    expect(handlers.length).toBeGreaterThan(7);
    // The two of normalize are started in one file.
    const shared = 'functions/normalize/lane.ts';
    for (const { path, text } of handlers) {
      if (path.startsWith('functions/normalize/')) expect(text).toContain('normalizeHandler(');
      else expect(text, path).toContain('lambdaHandler<');
    }
    expect(files.find(({ path }) => path === shared)?.text).toContain('lambdaHandler<');
  });
});
