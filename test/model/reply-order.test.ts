import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, startStage } from './check.ts';
import { handIn, openConversations } from './commands/reply-commands.ts';
import { type Defect, forgetsWhatHasLeft } from './mutants.ts';
import { nowOf, post, type Run, told, withRun } from './run.ts';
import { statusWebhook } from './webhooks.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const problemsOf = async (work: (run: Run) => Promise<void>, defect?: Defect) => {
  const { problems } = await withRun(stage, defect, work);
  return problems;
};

async function replyTo(run: Run, replyId: string, text: string): Promise<void> {
  const { system } = run;
  await handIn(run, replyId, { customer: 0, text });
  for (const reply of system.replies.heads()) await system.accept(reply);
  for (const head of system.outbound.heads()) await system.send(head);
}

/**
 * Of a reply in two messages nobody knows what became of the first; a later reply goes out; then WhatsApp says that
 * it has the first message, and the second is free to be sent.
 */
async function freeTheRestLate(run: Run): Promise<void> {
  const { system } = run;
  await openConversations(run);
  system.provider.script.push('accepted_then_reset');
  await replyTo(run, 'r1', `answer 1${' word'.repeat(1000)}`);
  await replyTo(run, 'r2', 'answer 2');
  const [sent] = system.provider.delivered;
  if (!sent) throw new Error('nothing was sent');
  told(run, `${sent.messageId}.0`, 'sent', true);
  await post(run, statusWebhook(sent, 'sent', true, nowOf(run)));
}

describe('the rest of a reply that is free only after a later one has left', () => {
  it('is not sent any more', async () => {
    expect(await problemsOf(freeTheRestLate)).toEqual([]);
  });

  it('is noticed where it is', async () => {
    const problems = await problemsOf(freeTheRestLate, forgetsWhatHasLeft);
    expect(problems).toEqual([expect.stringMatching(/^customer 0: left in the order /)]);
  });
});
