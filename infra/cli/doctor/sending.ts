import { declarations } from '#connectors/declarations';
import { CliError } from '#infra/cli/cli-error';
import { pauseOf } from '#infra/cli/stage/pause';
import { openStack } from '#infra/cli/stage/stack';
import { openTable } from '#infra/cli/stage/table';
import type { Check } from './checks.ts';

/** Finds the accounts that send nothing now, by their names; none where no stack runs. */
export async function sendingChecks(
  connector: keyof typeof declarations,
  names: readonly string[],
  localDir: string,
): Promise<readonly Check[]> {
  const table = tableOf(localDir);
  if (!table) return [];
  const found: Check[] = [];
  for (const name of names) {
    const [, account = ''] = name.split('/');
    const channels = Object.keys(declarations[connector].channels);
    const says = await pauseOf(table, { connector, account }, channels);
    const next = 'remove the cause (docs/errors.md has the code); what waits goes out by itself';
    if (says !== undefined) {
      found.push({ account: name, check: 'sending', state: 'wrong', says, next });
    }
  }
  return found;
}

function tableOf(localDir: string) {
  try {
    return openTable(openStack(localDir));
  } catch (fault) {
    if (fault instanceof CliError) return undefined;
    throw fault;
  }
}
