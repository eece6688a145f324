import * as z from 'zod';
import { Conversation } from '#shared/model/conversation';
import { everyShard, shardOf } from './keys.ts';

/** `<hour of last activity>#<conversation id>`: the order of the inbox, and where a page of it ends. */
const InboxPlace = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d#cnv_/);

/** The attributes of a conversation in the index `inbox`. */
const InboxItem = Conversation.pick({
  status: true,
  channel: true,
  connector: true,
  account: true,
  contactId: true,
}).extend({ inboxSk: InboxPlace });
type InboxItem = z.infer<typeof InboxItem>;

export type InboxRow = Omit<InboxItem, 'inboxSk'> & {
  readonly conversationId: string;
  /** The hour of its last activity, at most an hour old: `2026-11-21T10`. */
  readonly activeIn: string;
};

/** Selects the conversations that are listed. */
export interface InboxFilter {
  readonly status?: 'open' | 'closed';
  readonly channel?: string;
  readonly connector?: string;
  readonly account?: string;
}

export interface InboxRequest {
  readonly limit: number;
  /** The `cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** Only conversations with activity in the hour of this time or later. */
  readonly since?: string | undefined;
  readonly filter?: InboxFilter | undefined;
}

/**
 * The newest first, by the hour of their last activity: sort a page by `lastActivityAt` once its conversations have
 * been read. With a filter a page may be short, or empty, and still have a cursor.
 */
export interface InboxPage {
  readonly rows: readonly InboxRow[];
  /** The start of the next page; absent at the end. */
  readonly cursor?: string;
}

/** The place of a conversation in the inbox. Its shard is the conversation's, so that a place moves within a shard. */
export function inboxKeys(conversationId: string, lastActivityAt: string) {
  return {
    inboxPk: inboxPk(shardOf(conversationId)),
    inboxSk: `${lastActivityAt.slice(0, 13)}#${conversationId}`,
  };
}

const inboxPk = (shard: number) => `INBOX#${shard}`;

/** One query for each shard. Throws for a cursor that no page has given. */
export function inboxQueries({ limit, cursor, since = '', filter = {} }: InboxRequest) {
  const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
  const names = Object.fromEntries(wanted.map(([name]) => [`#${name}`, name]));
  const values = Object.fromEntries(wanted.map(([name, value]) => [`:${name}`, value]));
  return everyShard().map((shard) => ({
    IndexName: 'inbox',
    KeyConditionExpression: 'inboxPk = :pk AND inboxSk BETWEEN :since AND :before',
    ...(wanted.length > 0
      ? {
          FilterExpression: wanted.map(([name]) => `#${name} = :${name}`).join(' AND '),
          ExpressionAttributeNames: names,
        }
      : {}),
    ExpressionAttributeValues: {
      ':pk': inboxPk(shard),
      ':since': since === '' ? '0' : since.slice(0, 13),
      ':before': cursor === undefined ? '9999' : justBefore(InboxPlace.parse(cursor)),
      ...values,
    },
    ScanIndexForward: false,
    Limit: limit,
  }));
}

/**
 * A place just before the cursor. Places end with the characters of an id: no place lies between this and the cursor.
 */
function justBefore(cursor: string): string {
  const last = cursor.charCodeAt(cursor.length - 1);
  return `${cursor.slice(0, -1)}${String.fromCharCode(last - 1)}~`;
}

/** The answer of one shard. */
export interface InboxAnswer {
  readonly Items?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly LastEvaluatedKey?: Readonly<Record<string, unknown>> | undefined;
}

/** One page from the answers of all shards: as far down as every shard has been read. */
export function inboxPage(answers: readonly InboxAnswer[], limit: number): InboxPage {
  const ends = answers.flatMap(({ LastEvaluatedKey }) => LastEvaluatedKey?.['inboxSk'] ?? []);
  const end = ends.map(String).toSorted().at(-1) ?? '';
  const found = answers
    .flatMap(({ Items = [] }) => Items.flatMap((item) => InboxItem.safeParse(item).data ?? []))
    .filter(({ inboxSk }) => inboxSk >= end)
    .toSorted((one, other) => (one.inboxSk > other.inboxSk ? -1 : 1));
  const shown = found.slice(0, limit);
  const cursor = found.length > limit ? shown.at(-1)?.inboxSk : end;
  return { rows: shown.map(rowOf), ...(cursor ? { cursor } : {}) };
}

function rowOf({ inboxSk, ...row }: InboxItem): InboxRow {
  const [activeIn = '', conversationId = ''] = inboxSk.split('#');
  return { ...row, activeIn, conversationId };
}
