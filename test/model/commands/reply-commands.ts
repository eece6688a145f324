import fc from 'fast-check';
import { enqueueCommand, replyDeduplicationId } from '#shared/aws/queues/replies-queue';
import { ReplyCommand } from '#shared/model/reply';
import { add, type Model, newId } from '#test/model/model';
import { answers } from '#test/model/provider';
import { normalizeHeads, nowOf, post, type Run, told } from '#test/model/run';
import { customers, providerIdOf, statusWebhook, textWebhook } from '#test/model/webhooks';
import { at, command, pick, type Step } from './command.ts';

/** A helpdesk replies; `again` repeats an earlier replyId, `other` with another text. */
export const reply = fc
  .tuple(
    fc.constantFrom(-1, 0, 0, 1, 2, 2),
    fc.constantFrom('new', 'new', 'long', 'again', 'other'),
    pick,
  )
  .map(([who, kind, index]) =>
    command(['reply', who, kind, index], async (run) => {
      const { replies } = run.model;
      const repeated = kind === 'again' || kind === 'other';
      const replyId = (repeated && at([...replies.keys()], index)) || newId(run.model, 'r');
      const earlier = replies.get(replyId) ?? [];
      const content = { customer: who, text: written(run.model, kind === 'long') };
      await handIn(run, replyId, kind === 'again' ? (earlier[0] ?? content) : content);
    }),
  );

/** Puts a reply on the queue, if the helpdesk knows the customer's conversation. */
export async function handIn(
  run: Run,
  replyId: string,
  content: { customer: number; text: string },
): Promise<void> {
  const conversationId = conversationIdOf(run, content.customer);
  if (conversationId === undefined) return;
  const { replies } = run.model;
  replies.set(replyId, [...(replies.get(replyId) ?? []), content]);
  const reply = { replyId, conversationId, content: { type: 'text', text: content.text } };
  const command = ReplyCommand.parse(reply);
  await enqueueCommand(run.system.replies, command, replyDeduplicationId(command));
}

/** Two messages of WhatsApp or four of SMS, when long. */
function written(model: Model, long: boolean): string {
  return `answer ${newId(model, 'a')}${long ? ' word'.repeat(1000) : ''}`;
}

/** As a helpdesk knows it: from the event that opened the conversation. */
function conversationIdOf({ system }: Run, who: number): string | undefined {
  if (who < 0) return 'cnv_unknown';
  const opened = system.normalized.taken
    .map(({ body }) => JSON.parse(body))
    .find(
      ({ data }) =>
        data.conversation?.customerIdentities[0].address === customers[who]?.address &&
        data.conversation.id !== undefined,
    );
  return opened?.partitionkey;
}

/** Two customers have written, and the helpdesk knows of it. */
export const openConversations: Step = async (run) => {
  for (const who of [0, 2]) {
    const about = customers[who];
    const id = newId(run.model, 'm');
    if (!about) continue;
    add(run.model.messages, who, providerIdOf(about.connector, id));
    for (const webhook of textWebhook(about, [id], nowOf(run))) await post(run, webhook);
    await normalizeHeads(run.system);
  }
};

export const script = fc
  .array(fc.constantFrom(...answers), { minLength: 1, maxLength: 3 })
  .map((some) =>
    command(['script', some], async ({ system }) => {
      system.provider.script.push(...some);
    }),
  );

/** The provider tells how far a delivered message is; sometimes without our own ids. */
export const tell = fc
  .tuple(
    pick,
    fc.constantFrom('sent', 'delivered', 'read', 'failed'),
    fc.constantFrom(true, true, false),
    fc.constantFrom(false, false, true),
  )
  .map(([index, status, named, trouble]) =>
    command(['tell', index, status, named, trouble], async (run) => {
      const delivered = at(run.system.provider.delivered, index);
      if (!delivered) return;
      const key = `${delivered.messageId}.${delivered.part}`;
      const before = run.model.told.get(key)?.find((each) => each.status === status);
      const how = before?.named ?? named;
      told(run, key, status, how);
      await post(run, statusWebhook(delivered, status, how, nowOf(run), trouble));
    }),
  );
