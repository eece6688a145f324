import * as z from 'zod';
import { localTime } from '#infra/cli/output/terminal';
import { readEntries, type Table } from '#infra/cli/stage/table';
import type { Entry } from '#shared/table/entry';
import { jsonOf, sentAt } from './describe.ts';
import type { DeadMessage } from './messages.ts';

/** Says why a dead letter should stay where it is; undefined where it may be moved. */
export type Objection = (message: DeadMessage) => Promise<string | undefined>;

const Command = z.looseObject({ conversationId: z.string(), replyId: z.string().optional() });

/**
 * Objects to a reply that was never accepted and would now come behind replies that were taken after it. Each
 * conversation is read once: a message moved meanwhile does not stand against those that were behind it.
 */
export function overtakenObjection(table: Table): Objection {
  const known = new Map<string, Promise<readonly Entry[]>>();
  const acceptedIn = (conversationId: string) => {
    const entries = known.get(conversationId) ?? accepted(table, conversationId);
    known.set(conversationId, entries);
    return entries;
  };
  return async (message) => {
    const command = Command.safeParse(jsonOf(message.body)).data;
    const queuedAt = sentAt(message);
    if (message.queue.name !== 'replies' || !command || !queuedAt) return undefined;
    const { conversationId, replyId } = command;
    const later = (await acceptedIn(conversationId)).filter(
      ({ message }) =>
        message?.replyId !== replyId && Date.parse(message?.receivedAt ?? '') > queuedAt.getTime(),
    );
    const [first] = later;
    if (!first) return undefined;
    const at = localTime(first.message?.receivedAt ?? '');
    const others = later.length > 1 ? ` and ${later.length - 1} more` : '';
    return `#${first.sequence}${others} of ${conversationId} was accepted later (${at}); the customer would get this one after it`;
  };
}

async function accepted(table: Table, conversationId: string): Promise<Entry[]> {
  const entries = await readEntries(table, conversationId);
  return entries.filter(({ firstStatus }) => firstStatus === 'accepted');
}
