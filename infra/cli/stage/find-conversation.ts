import { CliError } from '#infra/cli/cli-error';
import { customerOf } from '#infra/cli/output/describe';
import { oneLine } from '#infra/cli/output/terminal';
import { entryOfMessageId } from '#shared/ids';
import { ConversationItem } from '#shared/table/items';
import { conversationKey } from '#shared/table/keys';
import { inboxIds } from './inbox.ts';
import { readConversations, readItem, type Table } from './table.ts';

const list = './switchboard conversations';

/**
 * Finds a conversation by its id, by the beginning of its id (with or without `cnv_`), or by the id of one of its
 * messages. Throws when there is none, or more than one.
 */
export async function findConversation(table: Table, given: string): Promise<ConversationItem> {
  const wanted = entryOfMessageId(given)?.conversationId ?? given;
  const exact = await readItem(table, ConversationItem, conversationKey(wanted));
  if (exact) return exact;
  const beginning = wanted.startsWith('cnv_') ? wanted : `cnv_${wanted}`;
  const ids = wanted === '' ? [] : await inboxIds(table);
  const found = await readConversations(
    table,
    ids.filter((id) => id.startsWith(beginning)),
  );
  const [only] = found;
  if (!only) throw new CliError(`no conversation ${JSON.stringify(given)}`, list);
  if (found.length === 1) return only;
  const some = found
    .slice(0, 5)
    .map((conversation) => `${conversation.id} (${oneLine(customerOf(conversation), 40)})`);
  throw new CliError(
    `${found.length} conversations begin with ${beginning}: ${some.join(', ')}`,
    'give more of the id',
  );
}
