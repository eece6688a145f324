import * as z from 'zod';

/** The parameters of every list. */
export const PageSize = (least: number, usual: number) =>
  z.coerce.number().int().min(least).max(100).default(usual);

/** A list of names between commas. */
export const namesOf = <Names extends readonly [string, ...string[]]>(names: Names) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(names)).min(1));

/** X's tokens mean nothing to others; this one holds the id of the last item before the page. */
export const PaginationToken = z
  .string()
  .regex(/^[\w-]{16,}$/)
  .transform((token) => Buffer.from(token, 'base64url').toString('utf8'))
  .pipe(z.string().regex(/^after page:\d+$/))
  .transform((text) => text.slice('after page:'.length));

interface Identified {
  readonly id: string;
}

/** One page of a list that is ordered newest first, and what X says of it in `meta`. */
export function pageOf<Item extends Identified>(
  newestFirst: readonly Item[],
  maxResults: number,
  afterId: string | undefined,
) {
  const start = afterId === undefined ? 0 : newestFirst.findIndex(({ id }) => id === afterId) + 1;
  const items = newestFirst.slice(start, start + maxResults);
  const last = items.at(-1);
  const goesOn = last !== undefined && start + items.length < newestFirst.length;
  const nextToken = Buffer.from(`after page:${last?.id}`).toString('base64url');
  const meta = {
    result_count: items.length,
    ...(goesOn ? { next_token: nextToken } : {}),
  };
  return { items, meta };
}
