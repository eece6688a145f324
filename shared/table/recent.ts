import type { DeliveryStatus } from '#shared/model/delivery-status';
import { shortHash } from './keys.ts';
import type { EntryState } from './state.ts';
import type { Update, UpdateRecord } from './update.ts';

/**
 * The number of published changes that are remembered; older ones are decided by rank, by time, or by an item of their
 * own.
 */
export const rememberedUpdates = 20;

const letters: ReadonlyMap<string, string> = new Map(
  Object.entries({
    accepted: 'a',
    sending: 'g',
    uncertain: 'u',
    sent: 's',
    failed: 'f',
    delivered: 'd',
    read: 'r',
    played: 'p',
    reaction: 'R',
    edit: 'E',
    deletion: 'D',
    attachment: 'A',
    delay: 'W',
  }),
);
const names = new Map([...letters].map(([name, letter]) => [letter, name]));
/** Milliseconds since 1970 in base 36, until the year 2059. */
const timeLength = 8;
const lastTime = 36 ** timeLength - 1;

/** A change in 19 characters: its kind, its time, and the short hash of its id. */
export function recentOf(update: UpdateRecord): string {
  const letter = letters.get(update.kind === 'status' ? update.status : update.kind) ?? '?';
  const milliseconds = Math.min(Math.max(0, Date.parse(update.occurredAt)), lastTime);
  const time = milliseconds.toString(36).padStart(timeLength, '0');
  return `${letter}${time}${shortHash(update.id)}`;
}

/** The same text with the generation of the table that the change is stored in; 0 is not written. */
export function rememberedIn(recent: string, generation = 0): string {
  return generation === 0 ? recent : `${generation}:${recent}`;
}

/** True when a change is among the last ones. */
export function isRemembered(state: EntryState, id: string): boolean {
  const key = shortHash(id);
  return state.recent.some((each) => each.endsWith(key));
}

/** One of the last changes, as much as is remembered of it. */
export interface RecentUpdate {
  readonly revision: number;
  readonly kind: Update['kind'];
  readonly status?: DeliveryStatus;
  readonly occurredAt: string;
  readonly key: string;
  readonly generation?: number;
}

/** The last changes of an entry, in order. */
export function recentUpdates({ recent, revision }: EntryState): RecentUpdate[] {
  return recent.map((text, index) => {
    const generation = Number(/^(\d+):/.exec(text)?.[1] ?? 0);
    const each = text.slice(text.indexOf(':') + 1);
    const name = names.get(each.slice(0, 1)) ?? '';
    const time = Number.parseInt(each.slice(1, 1 + timeLength), 36);
    const isKind =
      name === 'reaction' ||
      name === 'edit' ||
      name === 'deletion' ||
      name === 'attachment' ||
      name === 'delay';
    return {
      revision: revision - recent.length + index + 1,
      ...(isKind ? { kind: name } : { kind: 'status', status: name as DeliveryStatus }),
      occurredAt: new Date(time).toISOString(),
      key: each.slice(1 + timeLength),
      ...(generation === 0 ? {} : { generation }),
    };
  });
}

/** Marks a correction: we read the message again, and the result is different now. */
const correctionPrefix = 'replay:';

export function correctionId(...parts: readonly string[]): string {
  return `${correctionPrefix}${shortHash(parts.join(' '))}`;
}

/**
 * The place in time of an edit among those of its message, by the provider's clock. An edit by its author stands above
 * every correction, which is a better reading of an older text.
 */
export function placeOfEdit({ id, occurredAt }: Pick<UpdateRecord, 'id' | 'occurredAt'>): string {
  return `${id.startsWith(correctionPrefix) ? 0 : 1}#${placeInTime(id, occurredAt)}`;
}

/** True when the message's author wrote the text that counts, after it was sent. */
export function isEditedByAuthor({ edits }: EntryState): boolean {
  return edits?.last.startsWith('1#') === true;
}

/** The key of the edit whose text counts. */
export function keyOfLastEdit({ edits }: EntryState): string | undefined {
  return edits && keyOf(edits.last);
}

/** The key in a place in time. */
export const keyOf = (place: string) => place.slice(place.lastIndexOf('#') + 1);
const timeOf = (place: string) => place.slice(0, place.lastIndexOf('#'));

/** Compares two places in time, on the provider's clock: -1 earlier, 0 at the same time, 1 later. */
export function comparedInTime(place: string, other: string): -1 | 0 | 1 {
  if (timeOf(place) === timeOf(other)) return 0;
  return timeOf(place) < timeOf(other) ? -1 : 1;
}

/** Comparable as text, whatever precision a provider's clock has. */
export function placeInTime(id: string, occurredAt: string): string {
  return placeOfKey(shortHash(id), occurredAt);
}

export function placeOfKey(key: string, occurredAt: string): string {
  return `${new Date(occurredAt).toISOString()}#${key}`;
}
