import { canonicalJson } from '#shared/canonical-json';
import { hashOf } from '#shared/ids';
import { isObject, type JsonObject } from '#shared/json/parsed-json';
import type { ItemKind } from './customer-address.ts';
import { firstText } from './json-values.ts';

/** Where an item stood: part of its id only where Meta gave it none. */
export interface ItemPlace {
  readonly field: string;
  readonly entryId?: string | undefined;
  readonly entryTime?: string | undefined;
}

/**
 * One id for one thing, however often Meta repeats it: a failure of any subscribed app repeats the webhook to all of
 * them, for up to 7 days (webhooks/overview). Imported history has ids of its own, so that it never stands in the
 * way of a live message.
 */
export function itemId(kind: ItemKind, item: unknown, place: ItemPlace): string {
  const own = isObject(item) ? ownId(kind, item) : undefined;
  if (own === undefined) return contentId(kind, item, place);
  return place.field === 'history' ? `history:${own}` : own;
}

/** For what has no id: its content, and the time of its entry, so that the same alarm may ring again later. */
export function contentId(kind: string, content: unknown, place: ItemPlace): string {
  const { field, entryId = '', entryTime = '' } = place;
  return `sha256:${hashOf(kind, field, entryId, entryTime, canonicalJson(content ?? null))}`;
}

function ownId(kind: ItemKind, item: JsonObject): string | undefined {
  if (kind === 'status') return statusId(item);
  const id = firstText(item, 'id');
  if (kind !== 'call' || id === undefined) return id;
  return `${id}:${firstText(item, 'event') ?? '-'}`;
}

/** A message has one status of each name, in groups one for each participant. */
export function statusId(item: JsonObject): string | undefined {
  const message = firstText(item, 'id');
  if (message === undefined) return undefined;
  return `${message}:${firstText(item, 'status') ?? '-'}:${participantsOf(item).join() || '-'}`;
}

/**
 * Who of a group a status speaks of, by every name that it gives. Meta leaves out what it withholds, so one status of
 * a member may have the number and another the user id: only one with both ties them.
 */
export function participantsOf(item: JsonObject): readonly string[] {
  // The groups page spells the number the other way round.
  const number = firstText(item, 'recipient_participant_id', 'participant_recipient_id');
  const userId = firstText(item, 'recipient_participant_user_id');
  return [userId, number].filter((name) => name !== undefined);
}
