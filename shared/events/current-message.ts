import type { Message } from '#shared/model/message';
import { type Entry, isRedacted } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { messageParts } from '#shared/table/parts';
import { withoutText } from '#shared/table/redaction';
import type { EditItem } from '#shared/table/state';
import { compose } from './events.ts';

/**
 * The message as it stands now, for readers of the conversation: as it was appended, with the changes since. `edit` is
 * the last edit, of a message that was edited (keyOfLastEdit).
 */
export function currentMessage(
  conversation: ConversationItem,
  entry: Entry,
  edit?: Pick<EditItem, 'content' | 'text'>,
): Message | undefined {
  const { status, errors, providerMessageId } = entry;
  const parts = messageParts(entry);
  const shown = isRedacted(entry) ? withoutText(entry) : entry;
  const message = compose(conversation, shown, {
    ...(status ? { status } : {}),
    ...(errors ? { errors } : {}),
    ...(parts ? { parts } : {}),
    ...(providerMessageId ? { providerMessageId } : {}),
  });
  if (!message) return undefined;
  const attachments = message.attachments.map((each) => {
    const known = isRedacted(entry) ? undefined : entry.files?.[each.id];
    const { contentType = each.contentType, ...file } = known ?? each;
    return { ...each, ...file, contentType };
  });
  const edited = edit && !isRedacted(entry) ? { content: edit.content, text: edit.text } : {};
  return { ...message, attachments, ...edited };
}
