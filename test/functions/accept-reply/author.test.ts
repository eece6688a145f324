import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConversation } from '#shared/aws/store/table';
import { firstMessage } from '#shared/events/events';
import { ReplyCommand } from '#shared/model/reply';
import { openHarness } from '#test/functions/send/harness/harness';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

it.each([
  ['an agent unless the command says otherwise', undefined, { role: 'agent' }],
  ['an agent by name', { displayName: 'Ada' }, { role: 'agent', displayName: 'Ada' }],
  ['a bot', { role: 'bot' }, { role: 'bot' }],
  ['a bot by name', { role: 'bot', displayName: 'Robo' }, { role: 'bot', displayName: 'Robo' }],
] as const)('a reply is told as written by %s', async (_, author, told) => {
  const harness = await openHarness(emulators);
  try {
    const content = { type: 'text', text: 'Hello' } as const;
    const place = await harness.reply(await harness.newConversation(), {
      content,
      ...(author ? { author } : {}),
    });
    const conversation = await readConversation(harness.target.table, place.conversationId);
    const accepted = firstMessage(conversation, await harness.entry(place));
    expect(accepted?.author).toEqual({ ...told, identity: conversation.businessIdentity });
  } finally {
    await harness.close();
  }
});

it('no reply is written by a customer', () => {
  const content = { type: 'text', text: 'Hello' };
  const command = { replyId: 'r', conversationId: 'c', content, author: { role: 'customer' } };
  const { error } = ReplyCommand.safeParse(command);
  expect(error?.issues).toMatchObject([{ path: ['author', 'role'], values: ['agent', 'bot'] }]);
});
