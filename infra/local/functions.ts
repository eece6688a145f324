import { setTimeout as sleep } from 'node:timers/promises';
import { functionsOf, type LambdaFunction } from '#infra/local/lambda/function';
import type { Outcome } from '#infra/local/lambda/outcome';
import { type LambdaPool, startPool } from '#infra/local/lambda/pool';
import type { Logs } from '#infra/local/logs';
import type { Reaper } from '#infra/local/process/reaper';
import type { Teardown } from '#infra/local/process/teardown';
import type { Progress } from '#infra/local/progress';
import { refuseRealAddresses } from '#infra/local/real-addresses';
import { startTimers, timersOf } from '#infra/local/schedule/timers';
import { endpointVariables, type Services } from '#infra/local/services';
import { startEventSource } from '#infra/local/sqs/event-source';
import { eventSourcesOf } from '#infra/local/sqs/event-sources';
import type { App } from '#infra/local/template/app';

export interface FunctionsContext {
  readonly reaper: Reaper;
  readonly services: Services;
  readonly logs: Logs;
  readonly teardown: Teardown;
  readonly progress: Progress;
  /** The URL of SES; absent in a stage without mail. */
  readonly ses: string | undefined;
  readonly adjust?: Adjust | undefined;
  readonly timerSeconds?: number | undefined;
  readonly maxConcurrency?: number | undefined;
}

/** Changes a function before it runs, knowing the `AWS_ENDPOINT_URL_…` it would get; its environment wins over them. */
export type Adjust = (
  fn: LambdaFunction,
  endpoints: Readonly<Record<string, string>>,
) => LambdaFunction;

export type Invoke = (functionName: string, payload: string) => Promise<Outcome>;

/** The time that events in work have to finish once the stack is told to stop. */
const drainMilliseconds = 1500;

/** Runs the app's functions and what calls them from inside: queues and schedules. Returns how to call one. */
export async function startFunctions(app: App, context: FunctionsContext): Promise<Invoke> {
  const { reaper, services, logs, teardown, progress } = context;
  const { adjust = (fn) => fn, timerSeconds, maxConcurrency } = context;
  const endpoints = endpointVariables(services, context.ses);
  const deployed = functionsOf(app);
  refuseRealAddresses(deployed);
  const functions = deployed.map((fn) => adjust(fn, endpoints));
  const platform = {
    reaper,
    endpoints,
    log: (fn: LambdaFunction, text: string) => logs.write(fn.label, text),
  };
  const pool = startPool(functions, platform, { maxConcurrency });
  teardown.defer(() => pool.stop(500));
  const invoke = reporting(pool, logs, progress);
  const declared = eventSourcesOf(app, pool, services.fauxqs.endpoint);
  await Promise.all(declared.map(({ queue }) => queue.release()));
  const sources = declared.map((source) =>
    startEventSource({
      ...source,
      invoke: (payload) => invoke(source.functionName, payload),
      warn: (text) => progress.warn(`${labelOf(pool, source.functionName)}: ${text}`),
    }),
  );
  teardown.defer(() =>
    Promise.race([Promise.all(sources.map(({ stop }) => stop())), sleep(drainMilliseconds)]),
  );
  teardown.defer(startTimers(timersOf(app), invoke, progress.warn, timerSeconds));
  return invoke;
}

/** Says in one line what went wrong with a function; its log says the rest. */
function reporting(pool: LambdaPool, logs: Logs, progress: Progress): Invoke {
  return async (functionName, payload) => {
    const outcome = await pool.invoke(functionName, payload);
    if (outcome.kind === 'failed') {
      const { errorType, errorMessage } = outcome.error;
      const label = labelOf(pool, functionName);
      const words = errorMessage.replaceAll(/\s+/g, ' ').slice(0, 200);
      progress.warn(`${label}: ${errorType}: ${words} (${logs.fileOf(label)})`);
    }
    return outcome;
  };
}

function labelOf({ functions }: LambdaPool, functionName: string): string {
  return functions.find(({ name }) => name === functionName)?.label ?? functionName;
}
