import type { ApiAnswer, SimulatorWorld } from '#infra/local/simulators/simulator';
import { tooManyRequests } from '#infra/local/simulators/twitter/answers';
import { appOf, type Caller, type Route } from '#infra/local/simulators/twitter/call';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { type State, stateOf } from '#infra/local/simulators/twitter/state';

interface Counted {
  readonly headers: Readonly<Record<string, string>>;
  /** The answer to a call that is one too many. */
  readonly refusal?: ApiAnswer;
}

/** One of X's counters: its calls in a window that begins with the first of them. */
interface Counter {
  readonly key: string;
  readonly most: number;
  readonly seconds: number;
  /** The beginning of the names of its headers. */
  readonly header: string;
}

/** Counts a call of one class; beyond its limit it is refused. Every answer tells what is left. */
export function countCall(route: Route, caller: Caller, world: SimulatorWorld): Counted {
  const counters = countersOf(route, caller, world);
  const state = stateOf(world);
  const now = world.now().getTime();
  const counts = counters.map((counter) => countIn(counter, now, state));
  const isTooMany = counts.some(({ left }) => left < 0);
  const headers = Object.fromEntries(
    counters.flatMap(({ header, most }, at) => [
      [`${header}-limit`, String(most)],
      [`${header}-remaining`, String(Math.max(0, counts[at]?.left ?? 0))],
      [`${header}-reset`, String(counts[at]?.resetsAt)],
    ]),
  );
  if (!isTooMany) return { headers };
  return {
    headers,
    refusal: { ...tooManyRequests, headers: { ...tooManyRequests.headers, ...headers } },
  };
}

function countersOf({ limit }: Route, caller: Caller, world: SimulatorWorld): readonly Counter[] {
  const { limitWindowSeconds, limitDaySeconds } = conditionsOf(world);
  if (!limit || limitWindowSeconds === 0) return [];
  const app = appOf(caller.account);
  const who = caller.way === 'app' ? app : caller.account.address;
  const counters: readonly (readonly [number | undefined, number, string, string])[] = [
    [caller.way === 'app' ? limit.app : limit.user, limitWindowSeconds, 'x-rate-limit', who],
    [
      caller.way === 'app' ? undefined : limit.userDay,
      limitDaySeconds,
      'x-user-limit-24hour',
      `${who} in a day`,
    ],
    [limit.appDay, limitDaySeconds, 'x-app-limit-24hour', `${app} in a day`],
  ];
  return counters.flatMap(([most, seconds, header, counted]) =>
    most === undefined ? [] : [{ most, seconds, header, key: `${limit.class} by ${counted}` }],
  );
}

function countIn({ key, most, seconds }: Counter, now: number, { calls }: State) {
  const known = calls.get(key);
  const isOpen = known && now >= known.startedAt && now < known.startedAt + seconds * 1000;
  const window = isOpen ? known : { startedAt: now, count: 0 };
  calls.set(key, window);
  // A refused call takes nothing.
  const left = most - window.count - 1;
  if (left >= 0) window.count += 1;
  return { left, resetsAt: Math.ceil((window.startedAt + seconds * 1000) / 1000) };
}
