import { CliError, usageError } from './cli-error.ts';
import { keysUnder, type Objects } from './replay-objects.ts';

/** Which items somebody wants to replay. */
export interface Selection {
  /** `s3://…` of one object, or of all under it when it ends with `/`; `quarantine`; or everything archived. */
  readonly what: string | undefined;
  readonly since?: Date;
  readonly connector?: string;
  readonly account?: string;
}

const dayMilliseconds = 86_400_000;

/** Keys of items in the archive, of any time on the days since. Throws for what names no items. */
export async function selectKeys(objects: Objects, selection: Selection): Promise<string[]> {
  const { what, since } = selection;
  if (what?.startsWith('s3://')) return keysAt(objects, what);
  if (what !== undefined && what !== 'quarantine') {
    throw usageError(`${what}: allowed are s3://…, quarantine, or --since`, 'replay');
  }
  const root = what === 'quarantine' ? 'quarantine/' : 'raw/';
  const prefixes = since ? daysSince(since).map((day) => `${root}${day}/`) : [root];
  const keys: string[] = [];
  for (const prefix of prefixes) keys.push(...(await keysUnder(objects, prefix)));
  return keys.filter((key) => isOf(selection, key));
}

async function keysAt(objects: Objects, uri: string): Promise<string[]> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  if (bucket !== objects.archive || !/^(?:raw|quarantine)\//.test(key)) {
    throw new CliError(
      `${uri} is no item: they are s3://${objects.archive}/raw/… and s3://${objects.archive}/quarantine/…`,
      'npx switchboard replay --since 1h --dry-run',
    );
  }
  const keys = key.endsWith('/') ? await keysUnder(objects, key) : [key];
  return keys;
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
