import { failpoints } from '#shared/failpoint';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';
import type { Weather } from './weather.ts';
import type { Invocation } from './worker/fleet.ts';
import type { CrashOrder } from './worker/messages.ts';

export type FunctionName =
  | 'receive'
  | 'normalize'
  | 'accept-reply'
  | 'submit-reply'
  | 'send'
  | 'sweep';

/** Whose failpoints a function passes, by the first word of their names. */
const passes: Readonly<Record<FunctionName, readonly string[]>> = {
  receive: ['receive'],
  normalize: ['normalize', 'update', 'publish'],
  'accept-reply': ['accept', 'publish'],
  'submit-reply': [],
  send: ['send', 'publish'],
  sweep: ['sweep'],
};

export interface CrashPlanOptions {
  readonly random: Random;
  readonly weather: Weather;
  readonly kills: Tally;
  readonly faults: Tally;
  /** How many kills there are to be by the end of the load. */
  readonly wantedKills: number;
  /** Kills between claim and call leave replies that nobody can decide about: they are counted out. */
  readonly mostUndecidable: number;
}

export type Doom = Pick<Invocation, 'order' | 'storm' | 'killAfterMilliseconds'>;

export interface CrashPlan {
  /** What is to befall the next invocation; `receives` is how often its most unlucky message has been handed out. */
  readonly next: (name: FunctionName, receives: number) => Doom;
  readonly undecidableLeft: () => number;
  readonly countUndecidable: () => void;
}

/** A message in its last tries is left alone: the dead-letter queue is for what cannot be, not for bad luck. */
const luckyAfterReceives = 2;

export function crashPlan(options: CrashPlanOptions): CrashPlan {
  const { random, weather, kills, wantedKills } = options;
  let undecidable = 0;
  const isBehind = () => kills.total() < wantedKills * (weather.progress + 0.03);
  const undecidableLeft = () => options.mostUndecidable - undecidable;
  const allowed = (point: string) => point !== 'send.afterClaim' || undecidableLeft() > 0;
  const pointsOf = (name: FunctionName) =>
    failpoints.filter((point) => passes[name].some((word) => point.startsWith(`${word}.`)));
  const rarest = (name: FunctionName): string | undefined =>
    pointsOf(name)
      .filter(allowed)
      .map((point) => [kills.of(point) + random.next(), point] as const)
      .toSorted(([a], [b]) => a - b)[0]?.[1];
  const crash = (name: FunctionName, how: CrashOrder['how']): Doom => {
    const point = rarest(name);
    if (point === undefined || (how === 'throw' && point === 'send.afterClaim')) return {};
    const inLoop = point.startsWith('publish.') || point.startsWith('normalize.');
    return { order: { name: point, hit: inLoop ? random.integer(1, 2) : 1, how } };
  };
  return {
    undecidableLeft,
    countUndecidable: () => {
      undecidable += 1;
    },
    next: (name, receives) => {
      if (weather.rate === 0 || receives > luckyAfterReceives) return {};
      if (isBehind() && random.chance(0.4)) {
        const anywhere = name !== 'send' && name !== 'sweep' && random.chance(0.2);
        if (anywhere) return { killAfterMilliseconds: random.integer(1, 60) };
        return crash(name, 'kill');
      }
      const draw = random.next() / weather.rate;
      if (draw < 0.015) return crash(name, 'throw');
      if (draw < 0.035 && name !== 'receive') return stormOf(name, options);
      return {};
    },
  };
}

/** A sender that cannot write down "surely not sent" leaves an undecided reply: its table stays up. */
function stormOf(name: FunctionName, { random, faults }: CrashPlanOptions): Doom {
  const storm = name === 'send' || random.chance(0.7) ? 'events not taken' : 'table throttled';
  faults.add(`storm: ${storm}`);
  return { storm };
}
