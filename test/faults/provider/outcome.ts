import { seededRandom } from '#test/faults/random';

/** What a provider makes of one request to send. */
export type Outcome =
  | 'accepted'
  | 'accepted, then reset'
  | 'accepted, then 500'
  | 'accepted, then silence'
  | 'throttled'
  | 'refused for good'
  /** Refused, and so is every other message of its account for some seconds. */
  | 'paused'
  /** Gone before the provider took it: nobody can tell this from an accepted one. */
  | 'lost';

const perThousand: readonly (readonly [Outcome, number])[] = [
  ['accepted, then reset', 45],
  ['accepted, then 500', 35],
  ['accepted, then silence', 12],
  ['throttled', 60],
  ['refused for good', 25],
  ['lost', 6],
];

export interface Asked {
  readonly seed: number;
  readonly text: string;
  readonly attempt: number;
  readonly part: number;
  readonly rate: number;
}

/** The same for the same seed, text and attempt, however the run interleaves. */
export function drawOutcome({ seed, text, attempt, part, rate }: Asked): Outcome {
  const random = seededRandom(seed, 'provider', text, String(attempt));
  const draw = (random.next() * 1000) / Math.max(rate, 1e-9);
  let sum = 0;
  for (const [outcome, weight] of perThousand) {
    sum += weight;
    if (draw < sum) return possible(outcome, attempt, part);
  }
  return 'accepted';
}

/** A reply that is throttled for ever would be a failed one, and half of a long one cannot be refused for good. */
function possible(outcome: Outcome, attempt: number, part: number): Outcome {
  const endless = outcome === 'throttled' && attempt > 2;
  const half = outcome === 'refused for good' && part > 0;
  return endless || half ? 'accepted' : outcome;
}
