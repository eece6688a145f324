import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { entryKey } from '#shared/table/keys';
import { dueReplies } from '#test/support/due-replies';
import type { Emulators } from '#test/support/emulators';
import { type Desk, openDesk } from './desk.ts';
import type { Place } from './outbound-queue.ts';

/** Two replies of one conversation, both accepted and none of them sent. */
export async function withTwo(
  emulators: Emulators,
  work: (desk: Desk, first: Place, second: Place) => Promise<void>,
  text = 'first',
  connector: Parameters<typeof openDesk>[1] = 'twilio',
): Promise<void> {
  const desk = await openDesk(emulators, connector);
  try {
    const conversationId = await desk.newConversation();
    const first = await desk.reply(conversationId, text);
    await work(desk, first, await desk.reply(conversationId, 'second'));
  } finally {
    await forgetMarks(desk);
    await desk.close();
  }
}

/** All desks share one table: what a test leaves undone must not be found by the sweeps of the next. */
async function forgetMarks({ target }: Desk): Promise<void> {
  for (const { conversationId, sequence } of await dueReplies(target.table, '9999')) {
    await target.table.client.send(
      new UpdateCommand({
        TableName: target.table.name,
        Key: entryKey(conversationId, sequence),
        UpdateExpression: 'REMOVE duePk, dueAt',
      }),
    );
  }
}

export const texts = (desk: Desk) => desk.api.taken.map(({ text }) => text.slice(0, 10));
export const stateOf = async (desk: Desk, place: Place) =>
  (await desk.entry(place)).delivery?.state;

/** One sweep, and what it asks for is delivered. Resolves with the replies it asked for. */
export async function sweep(desk: Desk): Promise<readonly Place[]> {
  await desk.sweep();
  const commands = desk.commands();
  for (const command of commands) await desk.sendToEnd(command);
  return commands;
}

export const isMarked = async ({ target }: Desk, { conversationId, sequence }: Place) => {
  const due = await dueReplies(target.table, '9999');
  return due.some((each) => each.conversationId === conversationId && each.sequence === sequence);
};
