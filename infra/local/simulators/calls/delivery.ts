import type { SimulatorWorld, Webhook } from '#infra/local/simulators/simulator';
import type { Conditions } from './conditions.ts';

/** The webhooks that a provider holds back: their number, and the way to release them. */
export interface Held {
  readonly waiting: () => number;
  /** Lets everything go at once. */
  readonly release: () => Promise<void>;
}

/** The way of updates to our webhook: alone and at once, or as the conditions have it. */
export interface Delivery<Update> extends Held {
  /** Resolves with the status of our answer. */
  readonly deliver: (update: Update) => Promise<number>;
}

/** The form in which a provider writes updates into webhooks. */
export interface Writing<Update> {
  /** Updates with the same key may leave together. */
  readonly key: (update: Update) => unknown;
  /** One webhook for all of them, or one for each. */
  readonly webhooksOf: (updates: readonly Update[]) => readonly Webhook[];
}

type Surroundings = Pick<SimulatorWorld, 'conditions' | 'later' | 'post' | 'hold'>;

/** Long enough for the updates of one burst to meet, in milliseconds. */
const usualDelay = 200;

interface Waiting<Update> {
  readonly update: Update;
  readonly answered: PromiseWithResolvers<number>;
}

export function openDelivery<Update>(
  { conditions, later, post, hold }: Surroundings,
  { key, webhooksOf }: Writing<Update>,
): Delivery<Update> {
  const waiting: Waiting<Update>[] = [];
  const send = async (together: readonly Waiting<Update>[], repeat: boolean): Promise<void> => {
    try {
      const webhooks = webhooksOf(together.map(({ update }) => update));
      const statuses = await Promise.all(webhooks.map(post));
      if (repeat) await Promise.all(webhooks.map(post));
      for (const [index, { answered }] of together.entries()) {
        answered.resolve(statuses[index] ?? statuses[0] ?? 503);
      }
    } catch (fault) {
      for (const { answered } of together) answered.reject(fault);
    }
  };
  const release = async (): Promise<void> => {
    const { batch, reorder, repeat } = conditions();
    const held = waiting.splice(0);
    if (reorder) held.reverse();
    for (const group of Map.groupBy(held, ({ update }) => key(update)).values()) {
      for (const together of chunks(group, batch)) await send(together, repeat);
    }
  };
  const deliver = (update: Update): Promise<number> => {
    const each = { update, answered: Promise.withResolvers<number>() };
    if (isCalm(conditions())) void send([each], false);
    else if (waiting.push(each) === 1) {
      later(conditions().delayMilliseconds ?? usualDelay, release);
    }
    return each.answered.promise;
  };
  const held = { waiting: () => waiting.length, release };
  hold(held);
  return { ...held, deliver };
}

function isCalm({ batch, repeat, reorder, delayMilliseconds = 0 }: Conditions): boolean {
  return batch === 1 && !repeat && !reorder && delayMilliseconds === 0;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size);
  return starts.map((start) => items.slice(start, start + size));
}
