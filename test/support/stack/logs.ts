import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackDescription } from '#infra/local/description';

/** The words of this list that stand in any log of the stack. Throws when there are no logs to look into. */
export function loggedWords({ logs }: StackDescription, words: readonly string[]): string[] {
  const files = globSync(join(logs, '*.log'));
  if (files.length === 0) throw new Error(`no logs in ${logs}`);
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  return words.filter((word) => text.includes(word));
}

/** Every secret of the accounts. */
export function secretsOf({ accounts }: StackDescription): string[] {
  return accounts.flatMap(({ secrets }) => Object.values(secrets ?? {}));
}
