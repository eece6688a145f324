import fc from 'fast-check';
import type { Fault } from '#test/model/faults';
import { interleave } from '#test/model/interleave';
import type { Run } from '#test/model/run';
import type { GrantedSlot } from '#test/model/system';
import { at, command, maybeFault, pick } from './command.ts';

/** What a function may be handed now: of each queue one of the messages it would hand out. */
type Work = 'normalize' | 'normalizeStatuses' | 'accept' | 'accept_again' | 'send' | 'sweep';
interface Job {
  readonly work: Work;
  readonly index: number;
  readonly how: Fault | undefined;
}

const sources = {
  normalize: 'ingress',
  normalizeStatuses: 'statuses',
  send: 'outbound',
} as const;

async function perform(
  { system }: Run,
  { work, index, how }: Job,
  turn?: GrantedSlot,
): Promise<void> {
  if (work === 'sweep') return void (await system.sweep(how, turn));
  if (work === 'normalize' || work === 'send' || work === 'normalizeStatuses') {
    const message = at(system[sources[work]].heads(), index);
    if (message) await system[work](message, how, turn);
    return;
  }
  const { heads, taken } = system.replies;
  // A message that was handled may come again, because its deletion was lost; one behind the oldest may not come yet.
  const done = work === 'accept_again' ? taken.filter(({ deleted }) => deleted) : [];
  const queued = at([...done, ...heads()], index);
  if (queued) await system.accept(queued, how, turn);
}

const work = fc.constantFrom<Work[]>(
  'normalize',
  'normalize',
  'normalizeStatuses',
  'send',
  'accept',
  'accept_again',
  'sweep',
);
const job = fc.record({ work, index: pick, how: maybeFault });

export const invoke = job.map((each) => command(['invoke', each], (run) => perform(run, each)));

/** One message of every queue, without a fault: so that runs get somewhere. */
export const flow = pick.map((index) =>
  command(['flow', index], async (run) => {
    for (const each of ['normalize', 'normalizeStatuses', 'accept', 'send'] as const) {
      await perform(run, { work: each, index, how: undefined });
    }
  }),
);

/** Several functions at the same time, their calls interleaved. No two of them hold the same group. */
export const together = fc
  .tuple(
    fc.array(job, { minLength: 2, maxLength: 3 }),
    fc.array(pick, { minLength: 8, maxLength: 8 }),
  )
  .map(([jobs, picks]) =>
    command(['together', jobs, picks], async (run) => {
      const distinct = jobs.filter(
        (each, index) =>
          each.work.startsWith('accept') ||
          jobs.findIndex(({ work: other }) => other === each.work) === index,
      );
      await interleave(
        distinct.map((each) => (turn) => perform(run, each, turn)),
        picks,
      );
    }),
  );

export const advance = fc.constantFrom(1, 31, 61, 301, 901, 3_700, 90_000).map((seconds) =>
  command(['advance', seconds], async ({ system }) => {
    system.clock.milliseconds += seconds * 1000;
  }),
);

export const rotate = fc
  .constantFrom('rotate', 'adopt')
  .map((what) =>
    command([what], async ({ system }) => system.secrets[what as 'rotate' | 'adopt']()),
  );
