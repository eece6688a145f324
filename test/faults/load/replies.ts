import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { hand } from './commands.ts';
import { refusableReply } from './refusable.ts';

/** An agent's answer to one of the conversations the helpdesk knows from its queue. */
export async function reply(stage: Stage, conversationId: string, random: Random): Promise<void> {
  if (random.chance(0.04)) await refusableReply(stage, conversationId, random);
  const isLong = random.chance(0.05);
  const count = isLong ? 220 : 1;
  const base = `mk-out-${random.word(10)}`;
  const markers = Array.from({ length: count }, (_, index) => `${base}-${index}`);
  const command = { replyId: random.word(16), conversationId, text: markers.join(' ') };
  const startedAt = performance.now();
  const taken = await hand(stage, command, random);
  if (!taken) return;
  const accepted = { ...command, markers, startedAt, ackedAt: performance.now() };
  stage.ledger.replies.set(command.replyId, accepted);
  if (random.chance(0.06)) {
    stage.faults.add('helpdesk: reply twice');
    await hand(stage, command, random);
  }
  if (random.chance(0.02)) {
    stage.faults.add('helpdesk: replyId for another text');
    const other = `${base}-other`;
    stage.ledger.replies.set(command.replyId, { ...accepted, other });
    const isQueued = await hand(stage, { ...command, text: other }, random);
    // A caller who was refused has that for an answer, though an earlier try may have been queued unanswered.
    const { replyId } = command;
    stage.ledger.refusals.push({ replyId, conversationId, isKnown: true, mayBeSilent: !isQueued });
  }
}
