import { writeSync } from 'node:fs';
import process, { argv, env, exit, kill, memoryUsage, pid } from 'node:process';
import { type CrashOrder, frozenMark, type HostAnswer, type HostRequest } from './messages.ts';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** Runs one real bundle, one event at a time, and dies where it is told to. Started by `worker.ts`. */
const [, , bundle = ''] = argv;
shiftClock(Number(env['CLOCK_OFFSET_SECONDS'] ?? 0) * 1000);

let order: CrashOrder | undefined;
let passed = 0;
let threwAt: string | undefined;

function failpoint(name: string): void {
  if (order?.name !== name) return;
  passed += 1;
  if (passed !== order.hit) return;
  const { how } = order;
  order = undefined;
  if (how === 'kill') kill(pid, 'SIGKILL');
  if (how === 'freeze') {
    freeze();
    return;
  }
  threwAt = name;
  throw new Error('a crash was ordered here');
}

/** Goes on at this very line when it is thawed. */
function freeze(): void {
  writeSync(2, frozenMark);
  kill(pid, 'SIGSTOP');
}

Object.assign(globalThis, { switchboardFailpoint: failpoint });
const { handler } = (await import(bundle)) as { handler: Handler };

process.on('message', (request: HostRequest) => void answer(request));
process.on('disconnect', () => exit());
process.send?.({ ready: true });

async function answer({ event, order: ordered }: HostRequest): Promise<void> {
  order = ordered;
  passed = 0;
  threwAt = undefined;
  const ending = await outcomeOf(event);
  order = undefined;
  const said: HostAnswer = {
    ...ending,
    ...(threwAt ? { threwAt } : {}),
    residentBytes: memoryUsage.rss(),
  };
  process.send?.(said);
}

async function outcomeOf(event: unknown): Promise<Pick<HostAnswer, 'kind' | 'value'>> {
  const until = performance.now() + Number(env['FUNCTION_TIMEOUT_SECONDS']) * 1000;
  const context = {
    awsRequestId: 'faults',
    getRemainingTimeInMillis: () => Math.max(0, until - performance.now()),
  };
  try {
    return { kind: 'returned', value: await handler(event, context) };
  } catch {
    return { kind: 'failed' };
  }
}

/** Everything in this process that asks for the time gets one that is so much later. */
function shiftClock(milliseconds: number): void {
  if (milliseconds === 0) return;
  const Real = Date;
  class Shifted extends Real {
    constructor(...given: readonly []) {
      super(...(given.length > 0 ? given : ([Real.now() + milliseconds] as unknown as [])));
    }
    static override now(): number {
      return Real.now() + milliseconds;
    }
  }
  globalThis.Date = Shifted as DateConstructor;
}
