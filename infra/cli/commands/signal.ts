import { answeredIn } from '#infra/cli/answered';
import { readArguments, readPositionals } from '#infra/cli/arguments';
import { usageError } from '#infra/cli/cli-error';
import type { Command } from '#infra/cli/command';
import { refusedCommand } from '#infra/cli/output/refused-command';
import { findConversation } from '#infra/cli/stage/find-conversation';
import { errorIn, postJson } from '#infra/cli/stage/post-json';
import { openStack } from '#infra/cli/stage/stack';
import { openTable } from '#infra/cli/stage/table';

const answerTimeoutSeconds = 30;
const signals = ['read', 'typing'];

/** Shows the customer a read receipt or a typing indicator, where the channel has them. */
export const signal: Command = {
  summary: 'show the customer a read receipt or a typing indicator',
  help: `./switchboard signal <id> read|typing [options]

Shows the customer that a message was read, or that an agent is typing. Works on WhatsApp
through Meta or AWS; other channels refuse it.

  <id>       the id of a conversation, its beginning, or the id of a message in it
  --message  the id of the customer's message that was read or is answered (the newest)
  --json     {"conversationId","signal","status"}; of a refusal also "error" and "reasons"`,
  run: async (args, { terminal, localDir, signal: aborted }) => {
    const { values, positionals } = readArguments('signal', args, {
      message: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [given, kind] = readPositionals('signal', positionals, ['id', 'read|typing'] as const);
    if (!signals.includes(kind)) {
      throw usageError(`no signal ${kind}: allowed are ${signals.join(', ')}`, 'signal');
    }
    const stack = openStack(localDir);
    const conversation = await findConversation(openTable(stack), given);
    const { id: conversationId } = conversation;
    const answer = await postJson(
      `${stack.url}/v1/conversations/${conversationId}/signals`,
      { signal: kind, ...(values.message === undefined ? {} : { messageId: values.message }) },
      { signal: aborted, timeoutSeconds: answerTimeoutSeconds },
    );
    if (answer.status !== 202) {
      if (values.json) {
        const refused = { conversationId, signal: kind, status: 'refused', ...errorIn(answer) };
        terminal.data(JSON.stringify(refused));
      }
      throw refusedCommand('signal', answer, answeredIn(stack, conversation), localDir);
    }
    terminal.data(values.json ? JSON.stringify(answer.body) : `queued     ${kind}`);
  },
};
