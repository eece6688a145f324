import * as z from 'zod';
import { Entities } from '#connectors/twitter/payload';
import { linksIn, readableText } from '#connectors/twitter/text';

/** A direct message or a post of our own account, as a list shows it. */
export interface OwnMessage {
  readonly id: string;
  readonly text: string;
  readonly createdMs: number;
}

/** A page, newest first. */
export interface OwnMessages {
  readonly own: readonly OwnMessage[];
  /** Nothing older is left out. */
  readonly isWhole: boolean;
  /** The time at which the oldest listed message was created, ours or not; infinite where there is none. */
  readonly oldestMs: number;
}

const Listed = z.object({
  id: z.string().regex(/^\d{1,19}$/),
  /** Absent of a message that is a file alone. */
  text: z.string().default(''),
  sender_id: z.string().optional(),
  entities: Entities.optional().catch(undefined),
});
const Page = z.object({
  data: z.array(Listed).default([]),
  meta: z.object({ result_count: z.int(), next_token: z.string().optional() }),
  /** X answers 200 with these beside the data where it could show a part only. */
  errors: z.array(z.unknown()).max(0).optional(),
});

/**
 * Reads a page; nothing where it cannot be read whole. In a conversation `senderId` tells our own messages from the
 * customer's, and one that names no sender makes the page unreadable; a timeline has one author. When each was
 * created is in its id, to the millisecond.
 */
export function readOwnMessages(body: unknown, senderId?: string): OwnMessages | undefined {
  const page = Page.safeParse(body);
  if (!page.success || page.data.meta.result_count !== page.data.data.length) return undefined;
  const { data, meta } = page.data;
  if (senderId !== undefined && data.some(({ sender_id }) => !sender_id)) return undefined;
  const messages = data.map(({ id, text, sender_id, entities }) => ({
    id,
    sender_id,
    text: readableText(text, linksIn(entities)),
    createdMs: createdMs(id),
  }));
  return {
    own: messages.filter(({ sender_id }) => senderId === undefined || sender_id === senderId),
    isWhole: meta.next_token === undefined,
    oldestMs: Math.min(...messages.map((message) => message.createdMs)),
  };
}

/** X's ids are milliseconds since its own epoch, and 22 bits of where and in which order (announcing-snowflake, 2010). */
function createdMs(id: string): number {
  return Number((BigInt(id) >> 22n) + 1_288_834_974_657n);
}
