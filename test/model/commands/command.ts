import fc from 'fast-check';
import type { Fault } from '#test/model/faults';
import type { Model } from '#test/model/model';
import type { Run } from '#test/model/run';
import { customers } from '#test/model/webhooks';

/** What one command does to a run; its words are what a failing run is reported with. */
export type Step = (run: Run) => Promise<void>;
type Command = fc.AsyncCommand<Model, Run>;
/** Each as often as it is in the list. */
export type Commands = readonly fc.Arbitrary<Command>[];

export function command(words: readonly unknown[], step: Step): Command {
  const text = JSON.stringify(words).slice(1, -1);
  return { check: () => true, run: (_, run) => step(run), toString: () => text };
}

/** Which of several things: counted round and round. */
export const pick = fc.nat(30);
export const at = <Item>(items: readonly Item[], index: number): Item | undefined =>
  items[index % Math.max(1, items.length)];

const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom('kill', 'kill', 'kill', 'outage', 'conflict', 'undeleted'),
  call: fc.nat(6),
  when: fc.constantFrom('before', 'after'),
  calls: fc.integer({ min: 1, max: 3 }),
});
export const maybeFault = fc.option(fault, { nil: undefined, freq: 3 });

export const customer = fc.nat(customers.length - 1);
export const onWhatsapp = fc.nat(1);
