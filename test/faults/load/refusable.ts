import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { enqueue } from './commands.ts';

/** What is wrong with a command, by what it holds in place of the right thing. */
const wrongs: Readonly<Record<string, object>> = {
  'an unknown field': { fallbackTemplat: 'none' },
  'no content': { content: undefined },
  'a content of no kind': { content: { type: 'hologram' } },
  'an answer to a message that is not there': { inReplyToMessageId: 'msg_none' },
  'metadata that is no text': { metadata: { key: 1 } },
};

/** A command that can never be taken, to a conversation that is there: it must be answered in it, once. */
export async function refusableReply(
  stage: Stage,
  conversationId: string,
  random: Random,
): Promise<void> {
  const replyId = `bad-${random.word(12)}`;
  const wrong = random.pick(Object.values(wrongs));
  const content = { type: 'text', text: `mk-bad-${random.word(10)}` };
  const body = JSON.stringify({ replyId, conversationId, content, ...wrong });
  stage.faults.add('helpdesk: a reply that cannot be taken');
  stage.ledger.refusals.push({ replyId, conversationId, isKnown: true });
  await enqueue(stage, body, conversationId, replyId);
  if (random.chance(0.3)) await enqueue(stage, body, conversationId, random.word(20));
}

/** To a conversation that is not there, and what is no command at all. */
export async function strayCommands(stage: Stage, random: Random): Promise<void> {
  const replyId = `bad-${random.word(12)}`;
  const conversationId = `cnv_${'a'.repeat(26)}`;
  const body = JSON.stringify({ replyId, conversationId, content: { type: 'text', text: 'x' } });
  stage.ledger.refusals.push({ replyId, conversationId, isKnown: false });
  await enqueue(stage, body, conversationId, replyId);
  stage.ledger.refusals.push({ isKnown: false });
  await enqueue(stage, '{"half a', 'any-group', random.word(20));
}
