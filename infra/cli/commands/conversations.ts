import { readArguments, readCount, readPositionals } from '#infra/cli/arguments';
import type { Command } from '#infra/cli/command';
import { customerOf, windowOf } from '#infra/cli/output/describe';
import { columns, localTime, oneLine } from '#infra/cli/output/terminal';
import { newestConversations } from '#infra/cli/stage/inbox';
import { openStack } from '#infra/cli/stage/stack';
import { openTable } from '#infra/cli/stage/table';
import { Conversation } from '#shared/model/conversation';
import type { ConversationItem } from '#shared/table/items';

/** Lists the conversations, newest first. */
export const conversations: Command = {
  summary: 'list the conversations, newest activity first',
  help: `./switchboard conversations [--limit 20] [--json]

  --limit   how many are listed (20)
  --json    one line of JSON for each: a Conversation (docs/contracts/Conversation.schema.json)`,
  run: async (args, { terminal, localDir }) => {
    const { values, positionals } = readArguments('conversations', args, {
      limit: { type: 'string', default: '20' },
      json: { type: 'boolean' },
    });
    readPositionals('conversations', positionals, []);
    const limit = readCount('--limit', values.limit, 'conversations');
    const found = await newestConversations(openTable(openStack(localDir)), limit);
    if (values.json) {
      for (const each of found) terminal.data(JSON.stringify(Conversation.parse(each)));
      return;
    }
    if (found.length === 0) {
      return terminal.note(
        'no conversations yet; write as a customer: ./switchboard send whatsapp --text hi',
      );
    }
    const [head = '', ...rows] = columns([
      heading,
      ...found.map((each) => rowOf(each, new Date())),
    ]);
    for (const line of [terminal.paint('dim', head), ...rows]) terminal.data(line);
    terminal.note('  ./switchboard show <conversation>');
  },
};

const heading = ['CONVERSATION', 'CHANNEL', 'LAST ACTIVITY', 'ENTRIES', 'WINDOW', 'CUSTOMER'];

function rowOf(conversation: ConversationItem, now: Date): string[] {
  const { id, channel, lastActivityAt, sequence } = conversation;
  const customer = oneLine(customerOf(conversation), 60);
  const entries = String(sequence).padStart(heading[3]?.length ?? 0);
  return [id, channel, localTime(lastActivityAt), entries, windowOf(conversation, now), customer];
}
