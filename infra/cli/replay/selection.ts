import { CliError, usageError } from '#infra/cli/cli-error';
import { entryOfMessageId } from '#shared/ids';
import { type ReplayItem, readReplayItem } from './item.ts';
import { itemsOfMessage, itemsSince } from './messages.ts';
import { keysUnder, type Objects } from './objects.ts';
import type { ReplayStack } from './stack.ts';

/** The items that the caller wants to replay. */
export interface Selection {
  /**
   * `s3://…` of one object, or of all under it when it ends with `/`; the id of a message; `quarantine`; `held`; or
   * everything that was stored.
   */
  readonly what: string | undefined;
  readonly since?: Date;
  readonly connector?: string;
  readonly account?: string;
}

const dayMilliseconds = 86_400_000;

/**
 * The selected items, messages first. Objects whose lifecycle has ended are left out. Throws for a selection that names
 * no items.
 */
export async function selectItems(
  stack: ReplayStack,
  selection: Selection,
  signal: AbortSignal,
): Promise<ReplayItem[]> {
  const { what, since } = selection;
  const place = entryOfMessageId(what ?? '');
  if (place) return itemsOfMessage(stack, place);
  const messages =
    what === undefined && since ? await itemsSince(stack, since, selection, signal) : [];
  const others: ReplayItem[] = [];
  const isNamed = what?.startsWith('s3://') === true && !what.endsWith('/');
  for (const key of await selectKeys(stack.objects, selection)) {
    signal.throwIfAborted();
    const item = await readReplayItem(stack.objects, key, isNamed);
    if (item) others.push(item);
  }
  return [...messages, ...others];
}

/**
 * Keys of items in the archive, of any time on the days since. Under `raw/` stand the items without a message (edits,
 * reactions, deletions, notices), and those too large for it.
 */
async function selectKeys(objects: Objects, selection: Selection): Promise<string[]> {
  const { what, since } = selection;
  if (what?.startsWith('s3://')) return keysAt(objects, what);
  if (what !== undefined && !isSetAside(what)) {
    throw usageError(
      `${what}: allowed are s3://…, the id of a message, quarantine, held, or --since`,
      'replay',
    );
  }
  const root = `${what ?? 'raw'}/`;
  const prefixes = since ? daysSince(since).map((day) => `${root}${day}/`) : [root];
  const keys: string[] = [];
  for (const prefix of prefixes) keys.push(...(await keysUnder(objects, prefix)));
  return keys.filter((key) => isOf(selection, key));
}

async function keysAt(objects: Objects, uri: string): Promise<string[]> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  if (bucket !== objects.archive || !/^(?:raw|quarantine|held)\//.test(key)) {
    throw new CliError(
      `${uri} is no item of the archive: allowed is what is under raw/, quarantine/ and held/ of s3://${objects.archive}`,
      './switchboard replay --since 1h --dry-run',
    );
  }
  return key.endsWith('/') ? keysUnder(objects, key) : [key];
}

/** Tells if a word names all items that were set aside for a reason. */
export function isSetAside(what: string): what is 'quarantine' | 'held' {
  return what === 'quarantine' || what === 'held';
}

/** `2026-11-21`, `2026-11-22`: by the names of the prefixes, in UTC. */
function daysSince(since: Date): string[] {
  const days: string[] = [];
  const first = Math.floor(since.getTime() / dayMilliseconds);
  const last = Math.floor(Date.now() / dayMilliseconds);
  for (let day = first; day <= last; day += 1) {
    days.push(new Date(day * dayMilliseconds).toISOString().slice(0, 10));
  }
  return days;
}

/** `raw/<day>/<connector>/<account>/<name>.json` */
function isOf({ connector, account }: Selection, key: string): boolean {
  const [, , ofConnector, ofAccount] = key.split('/');
  return (connector ?? ofConnector) === ofConnector && (account ?? ofAccount) === ofAccount;
}
