import { idIn, listOf, textIn } from '#connectors/twitter/fields';
import type { Charge, ListedEntry, PageRequest, ReadPage } from '#shared/connector/catch-up';
import { type JsonObject, objectOf } from '#shared/json';

/** A page of one of X's lists, newest first: the entries, what came with them, and where the next page begins. */
export interface Page {
  readonly data: readonly JsonObject[];
  readonly includes: JsonObject;
  readonly next: string | undefined;
}

export function pageOf(answer: unknown): Page {
  const { data, includes, meta } = objectOf(answer);
  return {
    data: listOf(data).map(objectOf),
    includes: objectOf(includes),
    next: textIn(objectOf(meta), 'next_token'),
  };
}

/**
 * The entries that are wanted, and whether older ones may be: a list that knows no lower bound is read until an entry
 * is older than the bound. A message that is known is no bound: webhooks that come again may have brought younger ones
 * before the gap is read.
 */
function wanted(
  entries: readonly ListedEntry[],
  { since, after }: PageRequest,
): { readonly entries: readonly ListedEntry[]; readonly isEnd: boolean } {
  const isBehind = ({ id, occurredAt }: ListedEntry) =>
    Date.parse(occurredAt) < Date.parse(since) ||
    (after !== undefined && BigInt(id) <= BigInt(after));
  const end = entries.findIndex(isBehind);
  return end === -1 ? { entries, isEnd: false } : { entries: entries.slice(0, end), isEnd: true };
}

/** A page as it was read from a list: the wanted entries, what X charges for all that came, and where the next begins. */
export function readPage(
  page: Page,
  listed: readonly ListedEntry[],
  use: string,
  request: PageRequest,
): ReadPage {
  const { entries, isEnd } = wanted(listed, request);
  const next = isEnd ? undefined : page.next;
  return {
    ...{ kind: 'page', entries, charges: chargesOf(use, page) },
    ...(next === undefined ? {} : { next }),
  };
}

/**
 * Names all that X charges for a page: "per resource returned in the response" (x-api/getting-started/pricing), so
 * everything that came with the entries is charged too.
 */
export function chargesOf(use: string, { data, includes }: Page): readonly Charge[] {
  const charged = (each: string, list: unknown, name = 'id'): readonly Charge[] =>
    listOf(list)
      .map(objectOf)
      .map((thing) => ({ use: each, id: idIn(thing, name) ?? textIn(thing, name) ?? '' }));
  return [
    ...charged(use, data),
    ...charged('read:user', includes['users']),
    ...charged('read:post', includes['tweets'] ?? includes['posts']),
    ...charged('read:media', includes['media'], 'media_key'),
  ];
}

/** The id of an entry; X's ids are decimal numbers, and without one an entry cannot be placed. */
export function entryId(entry: JsonObject): string | undefined {
  const id = idIn(entry, 'id');
  return id !== undefined && /^\d{1,19}$/.test(id) ? id : undefined;
}
