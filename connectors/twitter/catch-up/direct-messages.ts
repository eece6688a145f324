import type { Account } from '#connectors/twitter/account';
import { xClient } from '#connectors/twitter/api/client';
import type { Credentials } from '#connectors/twitter/credentials';
import { correspondentIn, directMessageOf, isGroup } from '#connectors/twitter/direct-message-v2';
import { idIn } from '#connectors/twitter/fields';
import { timeOf } from '#connectors/twitter/id-time';
import { itemOf } from '#connectors/twitter/item';
import { usersIn } from '#connectors/twitter/users';
import type {
  CatchUpContext,
  CatchUpList,
  ListedEntry,
  PageRequest,
  ReadPage,
} from '#shared/connector/catch-up';
import type { JsonObject } from '#shared/json';
import { granted } from './call.ts';
import { entryId, type Page, pageOf, readPage } from './page.ts';

/**
 * Direct messages of the last 30 days. X charges for each one that it lists, takes no lower bound and allows 15 pages
 * in 15 minutes: the first page is small, and each is twice as large as the one before.
 */
export const directMessages: CatchUpList = {
  name: 'direct_messages',
  when: 'after_gap',
  minSecondsApart: 3600,
  mostUses: [
    { use: 'read:dm', count: 1 },
    { use: 'read:user', count: 1 },
    { use: 'read:media', count: 1 },
  ],
  pages: { least: 1, first: 5, most: 100 },
};

type Context = CatchUpContext<Account, Credentials>;

/** Reads one page of the direct messages of all conversations, newest first. */
export async function readDirectMessages(
  request: PageRequest,
  context: Context,
): Promise<ReadPage> {
  const { token, maxEntries } = request;
  const query = {
    max_results: String(maxEntries),
    event_types: 'MessageCreate',
    'dm_event.fields': 'attachments,created_at,dm_conversation_id,entities,event_type,id,text',
    expansions: 'attachments.media_keys,sender_id',
    'media.fields': 'alt_text,media_key,preview_image_url,type,url,variants',
    'user.fields': 'id,name,username',
    ...(token === undefined ? {} : { pagination_token: token }),
  };
  const result = await granted(() => xClient(context).v2.get<unknown>('dm_events', query));
  if (result.kind !== 'answer') return result;
  const page = pageOf(result.answer);
  const listed = page.data.flatMap((event) => entryOf(event, page, context.account.address));
  return readPage(page, listed, 'read:dm', request);
}

function entryOf(event: JsonObject, { includes }: Page, userId: string): readonly ListedEntry[] {
  const id = entryId(event);
  if (id === undefined) return [];
  const occurredAt = timeOf(event, id);
  if (occurredAt === undefined) return [];
  const senderId = idIn(event, 'sender_id');
  const isOwn = senderId === userId;
  const entry = { id, occurredAt, isOwn, isExpected: !isOwn };
  const recipientId = isOwn ? correspondentIn(event, userId) : userId;
  const message = directMessageOf(event, includes, userId);
  if (senderId === undefined || recipientId === undefined || !message || isGroup(event, userId)) {
    return [{ ...entry, isExpected: false }];
  }
  const people = [senderId, recipientId];
  const item = itemOf({
    kind: 'direct_message',
    type: isOwn ? 'dm.sent' : 'dm.received',
    userId,
    caughtUp: true,
    event: message,
    users: usersIn(includes['users'], people),
  });
  return [{ ...entry, item }];
}
