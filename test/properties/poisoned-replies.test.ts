import '#test/model/quiet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, startStage } from '#test/model/check';
import { openConversations } from '#test/model/commands/reply-commands';
import type { Queued } from '#test/model/queues/fifo-queue';
import { withRun } from '#test/model/run';
import type { System } from '#test/model/system';
import { jsonValue } from './json-values.ts';
import { parameters } from './parameters.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const levels = fc.constantFrom(10, 40, 500, 3_000, 100_000);
const nested = fc
  .tuple(levels, fc.constantFrom(['[', ']'], ['{"a":', '}']))
  .map(([count, [open = '', close = '']]) => `${open.repeat(count)}1${close.repeat(count)}`);

/** Bodies a broken or hostile helpdesk may queue; `<conversation>` stands for one that exists. */
const bodies = fc.oneof(
  fc.string(),
  jsonValue.map((value) => JSON.stringify(value)),
  nested,
  fc
    .dictionary(fc.constantFrom('replyId', 'content', 'caller', 'metadata', 'author'), jsonValue)
    .map((fields) => JSON.stringify({ ...fields, conversationId: '<conversation>' })),
  nested.map(
    (components) =>
      `{"replyId":"r","conversationId":"<conversation>","content":{"type":"template","name":"n","language":"en","components":[${components}]}}`,
  ),
  jsonValue.map((value) =>
    JSON.stringify({
      ...{ replyId: 'r', conversationId: '<conversation>' },
      content: { type: 'template', name: 'n', language: 'en', components: [value] },
    }),
  ),
);

/** Puts a body on the replies queue, as a queue user may; resolves with it as the queue hands it out. */
async function queue({ replies }: System, body: string, id: string): Promise<Queued> {
  const ids = { MessageGroupId: 'poison', MessageDeduplicationId: id };
  await replies.client.send({ input: { MessageBody: body, ...ids } } as never);
  const [reply] = replies.heads();
  if (!reply) throw new Error('nothing was queued');
  return reply;
}

describe('a command on the replies queue, whatever it is', () => {
  it('is answered on the normalized queue and never comes again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bodies, { minLength: 1, maxLength: 8 }), async (all) => {
        await withRun(stage, undefined, async (run) => {
          await openConversations(run);
          const { normalized } = run.system;
          const [opened] = normalized.taken;
          for (const [index, body] of all.entries()) {
            const told = body.replaceAll('<conversation>', opened?.group ?? '');
            const before = new Set(normalized.taken.map(({ deduplicationId }) => deduplicationId));
            const reply = await queue(run.system, told, `q${index}`);
            await run.system.accept(reply);
            expect([reply.deleted, run.system.lastErrors]).toEqual([true, []]);
            const answers = normalized.taken.filter((each) => !before.has(each.deduplicationId));
            // The same command again is answered by the same event, which the queue has.
            expect(answers.length).toBeLessThanOrEqual(1);
            if (index === 0) expect(answers).toHaveLength(1);
            expect(normalized.offences).toEqual([]);
          }
        });
      }),
      parameters(40),
    );
  }, 120_000);
});
