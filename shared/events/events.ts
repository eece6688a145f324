import { countedIn } from '#shared/ids';
import { Event } from '#shared/model/event';
import type { EntryItem } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import type { EntryState } from '#shared/table/state';
import type { Update } from '#shared/table/update';
import { firstMessage, messageReference, openingConversation } from './compose.ts';

/** The fields of the conversation that every envelope repeats. */
function envelope(meta: MetaItem, time: string) {
  return {
    specversion: '1.0',
    source: `/channels/${meta.channel}/${meta.account}`,
    subject: meta.id,
    time,
    datacontenttype: 'application/json',
    partitionkey: meta.id,
    channel: meta.channel,
    account: meta.account,
  } as const;
}

/** The URN of the JSON Schema of an event type. */
export function schemaOf(type: string): string {
  return `urn:switchboard:contracts:event#${type}`;
}

/**
 * The events an entry is published with, in order. Everything is derived from the entry as it was stored, so that
 * publishing it again gives the same ids and the same bytes.
 */
export function entryEvents(meta: MetaItem, entry: EntryItem): Event[] {
  const events = [];
  const time = entry.message?.receivedAt ?? entry.alert?.occurredAt ?? meta.openedAt;
  const sequence = String(entry.sequence);
  const id = eventIdOf(meta, entry);
  if (entry.opens) {
    const type = `switchboard.conversation.${entry.opens}.v1`;
    events.push({
      ...envelope(meta, time),
      type,
      dataschema: schemaOf(type),
      id: `${id}.${entry.opens}`,
      data: { conversation: openingConversation(meta, entry) },
    });
  }
  events.push({
    ...envelope(meta, time),
    sequence,
    id,
    ...body(meta, entry),
  });
  events.push(...contactEvents(meta, entry, time));
  return events.map((event) => Event.parse(event));
}

/** The id of an entry's own event; those beside it add a word. */
function eventIdOf({ id }: MetaItem, { sequence, generation }: EntryItem): string {
  return `${id}.${countedIn(sequence, generation)}`;
}

/** The events about the person behind an entry, beside the message itself. */
function contactEvents(meta: MetaItem, entry: EntryItem, time: string) {
  const { contactId } = meta;
  const occurredAt = entry.message?.occurredAt ?? time;
  const told = [
    { name: 'contact', type: 'switchboard.contact.updated.v1', change: entry.contactChange },
    { name: 'consent', type: 'switchboard.consent.changed.v1', change: entry.consent },
  ];
  return told
    .filter(({ change }) => change !== undefined)
    .map(({ name, type, change }) => ({
      ...envelope(meta, time),
      type,
      dataschema: schemaOf(type),
      id: `${eventIdOf(meta, entry)}.${name}`,
      data: { ...change, contactId, occurredAt },
    }));
}

function body(meta: MetaItem, entry: EntryItem) {
  if (entry.alert) {
    const type = 'switchboard.channel.alert.v1';
    return { type, dataschema: schemaOf(type), data: entry.alert };
  }
  const message = firstMessage(meta, entry);
  if (message && entry.firstStatus === 'failed') {
    const type = 'switchboard.message.failed.v1';
    const { replyId, errors, occurredAt } = message;
    const data = { ...(replyId ? { replyId } : {}), message, status: 'failed', errors, occurredAt };
    return { type, dataschema: schemaOf(type), data };
  }
  // Messages that the business wrote elsewhere (its phone, the provider's page) are received too; their direction says
  // so.
  const kind = entry.firstStatus === 'accepted' ? 'accepted' : 'received';
  const type = `switchboard.message.${kind}.v1`;
  return { type, dataschema: schemaOf(type), data: { message } };
}

/** The event of one change; `revision` is its number within the message. */
export function updateEvent(
  meta: MetaItem,
  state: EntryState,
  update: Update,
  revision: number,
): Event {
  const { type, data } = updateBody(meta, state, update);
  return Event.parse({
    ...envelope(meta, update.occurredAt),
    sequence: String(state.sequence),
    revision: String(revision),
    id: `${meta.id}.${state.sequence}.r${countedIn(revision, update.generation)}`,
    type,
    dataschema: schemaOf(type),
    data,
  });
}

function updateBody(meta: MetaItem, state: EntryState, update: Update) {
  const { occurredAt } = update;
  const inboundId = state.delivery ? undefined : state.providerMessageId;
  const message = messageReference(meta, state, inboundId);
  switch (update.kind) {
    case 'status': {
      const { status, errors, parts, metadata, providerMessageId } = update;
      const { replyId } = state;
      return {
        type: `switchboard.message.${eventOfStatus(status)}.v1`,
        data: {
          ...(replyId ? { replyId } : {}),
          message: messageReference(meta, state, providerMessageId ?? inboundId),
          status,
          occurredAt,
          errors,
          ...(parts ? { parts } : {}),
          metadata,
        },
      };
    }
    case 'reaction': {
      const { emoji, author } = update;
      const type = `switchboard.reaction.${emoji === '' ? 'removed' : 'added'}.v1`;
      return { type, data: { message, emoji, author, occurredAt } };
    }
    case 'edit': {
      const { content, text } = update;
      return {
        type: 'switchboard.message.updated.v1',
        data: { message, content, text, occurredAt },
      };
    }
    case 'deletion':
      return { type: 'switchboard.message.deleted.v1', data: { message, occurredAt } };
    case 'attachment': {
      const { attachment } = update;
      const type = 'switchboard.attachment.updated.v1';
      return { type, data: { message, attachment, occurredAt } };
    }
  }
}

/** A voice message that was played has been read; consumers of v1 know no separate event for it. */
function eventOfStatus(status: string): string {
  return status === 'played' ? 'read' : status;
}
