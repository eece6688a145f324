import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shards } from '#shared/table/keys';
import { deathsAt } from '#test/support/runner/size';
import { type Stage, startStage } from './check.ts';
import { handIn, openConversations } from './commands/reply-commands.ts';
import type { Fault } from './faults.ts';
import { normalizeHeads, nowOf, post, type Run, told, withRun } from './run.ts';
import { statusWebhook } from './webhooks.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const problemsOf = async (work: (run: Run) => Promise<void>) => {
  const { problems } = await withRun(stage, undefined, work);
  return problems;
};

/** A reply by WhatsApp that reached the customer, and nobody here knows. */
async function sendUnknowingly(run: Run): Promise<void> {
  const { system } = run;
  await openConversations(run);
  await handIn(run, 'r1', { customer: 0, text: 'answer' });
  for (const reply of system.replies.heads()) await system.accept(reply);
  system.provider.script.push('accepted_then_reset');
  for (const head of system.outbound.heads()) await system.send(head);
}

/** What a sweep calls before it works: each shard of four classes, and the dead letters. */
const listing = 4 * shards.read + 1;

/** Calls of one invocation: of its listing the ends, of its work all. */
const calls = [
  ...[0, 1, listing / 2, listing - 1].map(Math.floor),
  ...Array.from({ length: 12 }, (_, call) => listing + call),
];

/** Deaths before and after each of them; at the small size at every third. */
const deaths: readonly Fault[] = deathsAt(calls.length).flatMap((at) => {
  const call = calls[at] ?? 0;
  return [
    { kind: 'kill', call, when: 'before', calls: 1 },
    { kind: 'kill', call, when: 'after', calls: 1 },
  ];
});

describe('where runs of the model have found a fault, now', () => {
  it.each(deaths)(
    'a sweep that dies $when call $call leaves its news to the next one',
    async (death) => {
      const problems = await problemsOf(async (run) => {
        await sendUnknowingly(run);
        run.system.clock.milliseconds += 3_600_000;
        await run.system.sweep(death);
      });
      expect(problems).toEqual([]);
    },
  );

  it('a status without our id is applied when another one has settled the reply', async () => {
    const problems = await problemsOf(async (run) => {
      await sendUnknowingly(run);
      const [sent] = run.system.provider.delivered;
      if (!sent) throw new Error('nothing was sent');
      for (const [status, named] of [
        ['read', false],
        ['sent', true],
      ] as const) {
        told(run, `${sent.messageId}.${sent.part}`, status, named);
        await post(run, statusWebhook(sent, status, named, nowOf(run)));
        await normalizeHeads(run.system);
      }
    });
    expect(problems).toEqual([]);
  });

  it('a webhook repeated later leaves what an entry refers to as it was', async () => {
    const problems = await problemsOf(async (run) => {
      await openConversations(run);
      run.system.clock.milliseconds += 600_000;
      for (const webhook of [...run.posted]) await post(run, webhook);
    });
    expect(problems).toEqual([]);
  });
});
