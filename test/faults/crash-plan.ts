import { failpoints } from '#shared/failpoint';
import type { Conditions } from './conditions.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';
import type { Invocation } from './worker/fleet.ts';
import type { CrashOrder } from './worker/messages.ts';

export type FunctionName =
  | 'receive'
  | 'receive-email'
  | 'normalize'
  | 'normalize-mail'
  | 'normalize-statuses'
  | 'accept-reply'
  | 'submit-reply'
  | 'send'
  | 'sweep';

/** Whose failpoints a function passes, by the first word of their names. */
const passes: Readonly<Record<FunctionName, readonly string[]>> = {
  receive: ['receive'],
  'receive-email': ['receive'],
  normalize: ['normalize', 'update', 'redact', 'publish'],
  'normalize-mail': ['normalize', 'update', 'publish'],
  'normalize-statuses': ['update', 'publish'],
  'accept-reply': ['accept', 'publish'],
  'submit-reply': [],
  send: ['send', 'publish'],
  sweep: ['sweep'],
};

/** Where workers stand still until their lease and the visibility of their messages are over, and then go on. */
export const freezingPoints = [
  'send.afterClaim',
  'send.afterHttp',
  'send.afterRecord',
  'normalize.beforeStore',
  'normalize.afterStore',
  'publish.beforeCursor',
  'update.afterApply',
  'accept.afterStore',
  'sweep.afterPublish',
] as const;

export interface CrashPlanOptions {
  readonly random: Random;
  readonly conditions: Conditions;
  readonly kills: Tally;
  readonly faults: Tally;
  /** How many kills there are to be by the end of the load. */
  readonly wantedKills: number;
  /** How often each freezing point is to have stopped a worker by the end of the load. */
  readonly wantedFreezes: number;
  /** Kills between claim and call leave replies that nobody can decide about: they are counted out. */
  readonly maxUndecidable: number;
}

export type Doom = Pick<Invocation, 'order' | 'storm' | 'killAfterMilliseconds'>;

export interface CrashPlan {
  /** What is to befall the next invocation; `receives` is how often its most unlucky message has been handed out. */
  readonly next: (name: FunctionName, receives: number) => Doom;
  readonly undecidableLeft: () => number;
  readonly countUndecidable: () => void;
}

/**
 * A message in its last tries is left alone: the dead-letter queue is for what cannot be, not for bad luck. A reply has
 * many more tries than a message, and is received anew each time it waits for its account.
 */
const luckyAfterReceives = (name: FunctionName) => (name === 'send' ? 20 : 2);

export function crashPlan(options: CrashPlanOptions): CrashPlan {
  const { conditions } = options;
  let undecidable = 0;
  const undecidableLeft = () => options.maxUndecidable - undecidable;
  return {
    undecidableLeft,
    countUndecidable: () => {
      undecidable += 1;
    },
    next: (name, receives) => {
      const isLucky = conditions.rate === 0 || receives > luckyAfterReceives(name);
      return isLucky ? {} : fate(name, options, undecidableLeft());
    },
  };
}

function fate(name: FunctionName, options: CrashPlanOptions, undecidableLeft: number): Doom {
  const { random } = options;
  const cold = random.chance(0.25) ? dueFreeze(options, name) : undefined;
  if (cold) return crash(cold, 'freeze', random);
  const place = random.chance(0.5) ? duePlace(options, name, undecidableLeft) : undefined;
  if (place === anywhere) return { killAfterMilliseconds: random.integer(1, 60) };
  return place ? crash(place, 'kill', random) : lesserEvil(name, options);
}

/** Nobody dies: an exception nobody expects, or a service that stays away for a whole invocation. */
function lesserEvil(name: FunctionName, options: CrashPlanOptions): Doom {
  const { random, conditions } = options;
  const draw = random.next() / conditions.rate;
  if (draw < 0.02 && name !== 'receive') return stormOf(name, options);
  const point = draw < 0.035 ? random.pick([...pointsOf(name), '']) : '';
  return point === '' || point === 'send.afterClaim' ? {} : crash(point, 'throw', random);
}

/** The worst place is tried more often: who goes on there knows nothing of what has happened meanwhile. */
const weights: Readonly<Record<string, number>> = { 'send.afterClaim': 5 };

/** One of the freezing points of a function where fewer workers have stood still than should have by now. */
function dueFreeze(
  { random, conditions, faults, wantedFreezes }: CrashPlanOptions,
  name: FunctionName,
): string | undefined {
  const wanted = wantedFreezes * Math.min(conditions.progress * 1.5, 1);
  const due = freezingPoints
    .filter((place) => pointsOf(name).includes(place))
    .filter((place) => faults.of(`frozen: ${place}`) < wanted * (weights[place] ?? 1));
  return due.length > 0 ? random.pick(due) : undefined;
}

const anywhere = 'at any moment';

/** One of the places of a function where fewer workers have died than should have by now. */
function duePlace(
  { random, conditions, kills, wantedKills }: CrashPlanOptions,
  name: FunctionName,
  undecidableLeft: number,
): string | undefined {
  const perPlace =
    (wantedKills / (failpoints.length + 1)) * Math.min(conditions.progress + 0.1, 1.2);
  const places = [...pointsOf(name), ...(mayDieAnywhere.has(name) ? [anywhere] : [])];
  const due = places
    .filter((place) => place !== 'send.afterClaim' || undecidableLeft > 0)
    .filter((place) => kills.of(place) < perPlace);
  return due.length > 0 ? random.pick(due) : undefined;
}

/** A sender that dies just anywhere may die where nobody can tell what became of its reply. */
const mayDieAnywhere: ReadonlySet<FunctionName> = new Set([
  'receive',
  'receive-email',
  'normalize',
  'normalize-mail',
  'normalize-statuses',
  'accept-reply',
]);

function pointsOf(name: FunctionName): readonly string[] {
  return failpoints.filter((point) => passes[name].some((word) => point.startsWith(`${word}.`)));
}

function crash(name: string, how: CrashOrder['how'], random: Random): Doom {
  const isRepeated = name.startsWith('publish.') || name.startsWith('normalize.');
  return { order: { name, hit: isRepeated ? random.integer(1, 2) : 1, how } };
}

/** A sender that cannot write down "surely not sent" leaves an undecided reply: its table stays up. */
function stormOf(name: FunctionName, { random, faults }: CrashPlanOptions): Doom {
  const storm = name === 'send' || random.chance(0.7) ? 'events not taken' : 'table throttled';
  faults.add(`storm: ${storm}`);
  return { storm };
}
