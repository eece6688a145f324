import type { ConversationItem } from '#shared/table/items';

/** The fields of the conversation that every envelope repeats. */
export function envelope(conversation: ConversationItem, time: string) {
  return {
    specversion: '1.0',
    source: `/channels/${conversation.channel}/${conversation.account}`,
    subject: conversation.id,
    time,
    datacontenttype: 'application/json',
    partitionkey: conversation.id,
    channel: conversation.channel,
    account: conversation.account,
  } as const;
}

/** The URN of the JSON Schema of an event type. */
export function schemaOf(type: string): string {
  return `urn:switchboard:contracts:event#${type}`;
}
