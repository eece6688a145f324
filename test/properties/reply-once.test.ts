import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, startStage } from '#test/model/check';
import { handIn, openConversations } from '#test/model/commands/reply-commands';
import { type Run, withRun } from '#test/model/run';
import { parameters } from './parameters.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

/** Commands with one replyId, all handled at the same time: which customer, and which of a few texts. */
const commands = fc.array(
  fc.record({ customer: fc.constantFrom(0, 0, 0, 2), text: fc.constantFrom('yes', 'yes', 'no') }),
  { minLength: 2, maxLength: 8 },
);

async function acceptAll({ system }: Run): Promise<void> {
  await Promise.all(system.replies.taken.map((reply) => system.accept(reply)));
}

describe('a replyId, however many commands carry it at once', () => {
  it('becomes one message and one send; every other content is refused once', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (all) => {
        const { problems, system } = await withRun(stage, undefined, async (run) => {
          await openConversations(run);
          for (const content of all) await handIn(run, 'the-same', content);
          await acceptAll(run);
        });
        expect(problems).toEqual([]);
        expect(system.provider.delivered).toHaveLength(1);
      }),
      parameters(30),
    );
  }, 120_000);

  it('is noticed where it becomes two', async () => {
    const { problems } = await withRun(stage, undefined, async (run) => {
      await openConversations(run);
      for (const text of ['yes', 'no']) await handIn(run, 'the-same', { customer: 0, text });
      // Planted: the second command claims to be another reply.
      const [, second] = run.system.replies.taken;
      if (second) Object.assign(second, { body: second.body.replace('the-same', 'another') });
      await acceptAll(run);
    });
    expect(problems.join()).toContain('nobody asked for');
  });
});
