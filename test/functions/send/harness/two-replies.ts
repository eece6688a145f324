import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { entryKey } from '#shared/table/keys';
import type { Emulators } from '#test/support/aws/emulators';
import { dueReplies } from '#test/support/stack/due-replies';
import { type Harness, openHarness } from './harness.ts';
import type { Place } from './outbound-queue.ts';

/** Two replies of one conversation, both accepted and none of them sent. */
export async function withTwo(
  emulators: Emulators,
  work: (harness: Harness, first: Place, second: Place) => Promise<void>,
  text = 'first',
  connector: Parameters<typeof openHarness>[1] = 'twilio',
): Promise<void> {
  const harness = await openHarness(emulators, connector);
  try {
    const conversationId = await harness.newConversation();
    const first = await harness.reply(conversationId, text);
    await work(harness, first, await harness.reply(conversationId, 'second'));
  } finally {
    await forgetMarks(harness);
    await harness.close();
  }
}

/** All desks share one table: what a test leaves undone must not be found by the sweeps of the next. */
async function forgetMarks({ target }: Harness): Promise<void> {
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

export const texts = (harness: Harness) => harness.api.taken.map(({ text }) => text.slice(0, 10));
export const stateOf = async (harness: Harness, place: Place) =>
  (await harness.entry(place)).delivery?.state;

/** One sweep, and what it asks for is delivered. Resolves with the replies it asked for. */
export async function sweep(harness: Harness): Promise<readonly Place[]> {
  await harness.sweep();
  const commands = harness.commands();
  for (const command of commands) await harness.sendToEnd(command);
  return commands;
}

export const isMarked = async ({ target }: Harness, { conversationId, sequence }: Place) => {
  const due = await dueReplies(target.table, '9999');
  return due.some((each) => each.conversationId === conversationId && each.sequence === sequence);
};
