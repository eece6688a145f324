import { readArguments, readPositionals } from '#infra/cli/arguments';
import { usageError } from '#infra/cli/cli-error';
import type { Command } from '#infra/cli/command';
import { refusedCommand } from '#infra/cli/output/refused-command';
import { findConversation } from '#infra/cli/stage/find-conversation';
import { postJson } from '#infra/cli/stage/post-json';
import { openStack } from '#infra/cli/stage/stack';
import { openTable } from '#infra/cli/stage/table';

const answerTimeoutSeconds = 30;
const signals = ['read', 'typing'];

/** An agent has read, or is writing: the customer sees ticks and dots, where the channel has them. */
export const signal: Command = {
  summary: 'an agent has read, or is typing',
  help: `./switchboard signal <id> read|typing [options]

  <id>       of a conversation, the beginning of one, or the id of a message
  --message  the customer's message it is about (the newest)
  --json     {"conversationId","signal","status"}`,
  run: async (args, { terminal, localDir, signal: aborted }) => {
    const { values, positionals } = readArguments('signal', args, {
      message: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [given, sign] = readPositionals('signal', positionals, ['id', 'read|typing'] as const);
    if (!signals.includes(sign)) {
      throw usageError(`no signal ${sign}: allowed are ${signals.join(', ')}`, 'signal');
    }
    const stack = openStack(localDir);
    const { id: conversationId, channel } = await findConversation(openTable(stack), given);
    const answer = await postJson(
      `${stack.url}/v1/conversations/${conversationId}/signals`,
      { signal: sign, ...(values.message === undefined ? {} : { messageId: values.message }) },
      { signal: aborted, timeoutSeconds: answerTimeoutSeconds },
    );
    if (answer.status !== 202) throw refusedCommand('signal', answer, channel, localDir);
    terminal.data(values.json ? JSON.stringify(answer.body) : `queued     ${sign}`);
  },
};
