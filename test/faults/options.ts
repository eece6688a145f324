import { parseArgs } from 'node:util';

export interface Options {
  readonly seed: number;
  readonly messages: number;
  readonly replies: number;
  /** Real SIGKILLs. */
  readonly kills: number;
  readonly faults: number;
  /** Each failpoint is to have killed a worker so often. */
  readonly killsPerFailpoint: number;
  /** Each freezing point is to have stopped a worker so often. */
  readonly freezes: number;
  /** Scales every probability of a fault. The long form shows numbers: it needs fewer of them for each message. */
  readonly faultRate: number;
  readonly customers: number;
  /** After this the end of a run is not waited for any more. */
  readonly patienceSeconds: number;
  /** What is to be said of a mutant: its run ends as soon as that has shown. */
  readonly problem?: RegExp;
}

const forms = {
  short: {
    ...{ messages: 2000, replies: 600, faultRate: 1 },
    ...{ kills: 90, faults: 1000, killsPerFailpoint: 3, freezes: 1 },
  },
  long: {
    ...{ messages: 100_000, replies: 20_000, faultRate: 0.3 },
    ...{ kills: 1000, faults: 10_000, killsPerFailpoint: 20, freezes: 5 },
  },
  mutant: {
    ...{ messages: 250, replies: 80, faultRate: 1 },
    ...{ kills: 60, faults: 0, killsPerFailpoint: 0, freezes: 1 },
  },
} as const;

/**
 * `--form short|long`, `--seed <n>` for a run that was printed before, `--share <0..1>` for one of several shards of
 * a form. Throws for anything else.
 */
export function readOptions(given: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...given],
    options: {
      form: { type: 'string', default: 'short' },
      seed: { type: 'string' },
      share: { type: 'string', default: '1' },
    },
  });
  if (!Object.hasOwn(forms, values.form)) {
    throw new Error(`--form ${values.form}; allowed: ${Object.keys(forms).join(', ')}`);
  }
  const seed = values.seed === undefined ? Date.now() % 1_000_000_007 : Number(values.seed);
  const share = Number(values.share);
  if (!Number.isInteger(seed)) throw new Error(`--seed ${values.seed}; a whole number is needed`);
  if (!(share > 0 && share <= 1))
    throw new Error(`--share ${values.share}; allowed: above 0, to 1`);
  return optionsOf(values.form as keyof typeof forms, seed, share);
}

export function optionsOf(form: keyof typeof forms, seed: number, share = 1): Options {
  const { messages, replies, kills, faults, killsPerFailpoint, faultRate, freezes } = forms[form];
  const part = (count: number) => Math.ceil(count * share);
  return {
    seed,
    faultRate,
    freezes: Math.ceil(freezes * share),
    messages: part(messages),
    replies: part(replies),
    kills: part(kills),
    faults: part(faults),
    killsPerFailpoint: Math.min(killsPerFailpoint, Math.max(3, part(killsPerFailpoint))),
    patienceSeconds: form === 'mutant' ? 90 : 150,
    customers: Math.min(2000, Math.max(60, Math.ceil(part(messages) / 12))),
  };
}
