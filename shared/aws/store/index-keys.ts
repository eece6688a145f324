import { inboxKeys } from '#shared/table/inbox';

/**
 * The inbox and contact indexes order conversations by last activity. Moving an item within an index costs two
 * writes, so its place is refreshed once an hour, and whoever lists sorts the page by the exact time.
 */
export function activityKeys(
  conversationId: string,
  contactId: string,
  lastActivityAt: string,
): Record<string, string> {
  const hour = lastActivityAt.slice(0, 13);
  return {
    ...inboxKeys(conversationId, lastActivityAt),
    contactPk: `CONTACT#${contactId}`,
    contactSk: `${hour}#${conversationId}`,
  };
}

/** Whether the two times stand in different places of the indexes. */
export function activityMoved(before: string, after: string): boolean {
  return before.slice(0, 13) !== after.slice(0, 13);
}
