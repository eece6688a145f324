import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '#infra/local/process/child';
import type { Reaper } from '#infra/local/process/reaper';
import { type LambdaFunction, processEnvironment } from './function.ts';
import { failed, type Outcome } from './outcome.ts';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';

/** The surroundings that every function's process gets. */
export interface Platform {
  readonly reaper: Reaper;
  /** `AWS_ENDPOINT_URL_…` for each emulated service. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Receives what a function writes, and the platform's own lines about it. */
  readonly log: (fn: LambdaFunction, text: string) => void;
}

/** One process with a function's code in it, which takes one event at a time. */
export interface Environment {
  readonly invoke: (payload: string) => Promise<Outcome>;
  /** False once its process is gone or must not be used again. */
  readonly usable: () => boolean;
  readonly stop: (graceMilliseconds?: number) => Promise<void>;
}

/** Lambda stops an initialization that takes longer ("Understanding the Lambda execution environment lifecycle"). */
const initTimeoutSeconds = 10;

const runtime = createRequire(import.meta.url).resolve('aws-lambda-ric');
const rapidClient = fileURLToPath(new URL('./rapid-client.cjs', import.meta.url));

/**
 * Starts AWS's own Node runtime in a process of its own. The code loads while the first event is on its way, as it
 * does in Lambda: a failure to load is the outcome of that event.
 */
export async function startEnvironment(
  fn: LambdaFunction,
  platform: Platform,
): Promise<Environment> {
  const api = await startRuntimeApi();
  const oldSpace = Math.floor(fn.memoryMegabytes * 0.9);
  const child = startChild(
    platform.reaper,
    process.execPath,
    [`--max-old-space-size=${oldSpace}`, '--require', rapidClient, runtime],
    {
      cwd: fn.codeDirectory,
      env: processEnvironment(fn, api.address, platform.endpoints),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => platform.log(fn, text));
  }
  void child.exited.then(() => api.stop());
  let spent = false;
  return {
    usable: () => !spent && child.running(),
    stop: (grace) => child.stop(grace),
    invoke: async (payload) => {
      const requestId = randomUUID();
      const outcome = await invokeOnce({ fn, api, child, requestId, payload });
      // Lambda throws an environment away after a timeout, a crash or a failed start, and keeps it after an error.
      spent = outcome.fatal;
      if (spent) child.signal('SIGKILL');
      platform.log(fn, reportLine(requestId, outcome.outcome));
      return outcome.outcome;
    },
  };
}

interface Attempt {
  readonly fn: LambdaFunction;
  readonly api: RuntimeApi;
  readonly child: Child;
  readonly requestId: string;
  readonly payload: string;
}

interface Ending {
  readonly outcome: Outcome;
  readonly fatal: boolean;
}

async function invokeOnce({ fn, api, child, requestId, payload }: Attempt): Promise<Ending> {
  const over = new AbortController();
  const timeout = async (seconds: number): Promise<Ending> => {
    await sleep(seconds * 1000, undefined, { signal: over.signal, ref: false });
    const message = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
    return { outcome: failed('Sandbox.Timedout', message), fatal: true };
  };
  const crash = child.exited.then(({ code, signal }): Ending => {
    const how = code === null ? `signal: ${signal}` : `exit status ${code}`;
    const message = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
    return { outcome: failed('Runtime.ExitError', message), fatal: true };
  });
  const start = async (): Promise<Ending | undefined> => {
    const failure = await api.initialized;
    return failure && { outcome: failure, fatal: true };
  };
  const work = async (): Promise<Ending> => {
    const deadlineMilliseconds = Date.now() + fn.timeoutSeconds * 1000;
    const invocation = { requestId, payload, functionArn: fn.arn, deadlineMilliseconds };
    return { outcome: await api.give(invocation), fatal: false };
  };
  try {
    const initFailure = await Promise.race([start(), crash, timeout(initTimeoutSeconds)]);
    return initFailure ?? (await Promise.race([work(), crash, timeout(fn.timeoutSeconds)]));
  } finally {
    over.abort();
  }
}

function reportLine(requestId: string, outcome: Outcome): string {
  const ending = outcome.kind === 'failed' ? ` ${outcome.error.errorType}` : '';
  return `REPORT RequestId: ${requestId} Status: ${outcome.kind}${ending}\n`;
}
