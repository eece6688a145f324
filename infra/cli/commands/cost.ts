import { pricesOfAccount } from '#connectors/capabilities';
import { readArguments, readCount, readPositionals } from '#infra/cli/arguments';
import { CliError } from '#infra/cli/cli-error';
import type { Command } from '#infra/cli/command';
import { columns } from '#infra/cli/output/terminal';
import { openStack, type Stack } from '#infra/cli/stage/stack';
import { openTable, readItem, type Table } from '#infra/cli/stage/table';
import { dollarsOf, type PriceTable, priceMicros } from '#shared/model/price';
import { SpendingItem, spendingIn, spendingKey } from '#shared/table/spending';

/** Tells the estimated price of what accounts used at providers that charge by the use. */
export const cost: Command = {
  summary: 'estimate what accounts have used at providers that charge by the use',
  help: `./switchboard cost [--account connector/account] [--days 7] [--json]

  --account   one account, as twitter/main (all that are charged by the use)
  --days      how many days of UTC, today included (7)
  --json      one line for each day:
              {"connector","account","day","amount","currency","estimated","asOf","uses"}`,
  run: async (args, { terminal, localDir }) => {
    const { values, positionals } = readArguments('cost', args, {
      account: { type: 'string' },
      days: { type: 'string', default: '7' },
      json: { type: 'boolean' },
    });
    readPositionals('cost', positionals, []);
    const days = readCount('--days', values.days, 'cost');
    const stack = openStack(localDir);
    const accounts = chargedAccounts(stack, values.account);
    const found = await spendingOf(openTable(stack), accounts, daysBack(days));
    if (values.json) {
      for (const each of found) terminal.data(JSON.stringify(lineOf(each)));
      return;
    }
    if (found.length === 0) return terminal.note(`nothing was used in the last ${days} days`);
    const [head = '', ...rows] = columns([heading, ...found.flatMap(rowsOf)]);
    for (const line of [terminal.paint('dim', head), ...rows]) terminal.data(line);
    for (const { name, prices } of accounts) {
      terminal.note(`  ${name}: estimated by the prices of ${prices.asOf} (docs/channels)`);
    }
  },
};

interface ChargedAccount {
  readonly name: string;
  readonly connector: string;
  readonly account: string;
  readonly prices: PriceTable;
}

/** The accounts of the stage whose provider charges by the use, or the one that is named. */
function chargedAccounts({ accounts }: Stack, named: string | undefined): ChargedAccount[] {
  const charged = accounts.flatMap(({ connector, account, prices: own }) => {
    const setting = { connector, account, publicUrl: '', apiUrl: '', settings: {}, prices: own };
    const prices = pricesOfAccount([setting], setting);
    return prices ? [{ name: `${connector}/${account}`, connector, account, prices }] : [];
  });
  const chosen = charged.filter(({ name }) => named === undefined || name === named);
  if (chosen.length > 0) return chosen;
  const names = charged.map(({ name }) => name).join(', ') || 'none here';
  const all = accounts.map(({ connector, account }) => `${connector}/${account}`);
  const next = `those that are charged by the use: ${names}`;
  if (named === undefined) throw new CliError('no account is charged by the use', next, 2);
  const what = all.includes(named)
    ? 'it is not charged by the use, or its prices are not known'
    : `there is no such account; allowed are ${all.join(', ')}`;
  throw new CliError(`--account is "${named}": ${what}`, next, 2);
}

interface DaySpending extends ChargedAccount {
  readonly day: string;
  readonly micros: number;
  readonly uses: Readonly<Record<string, number>>;
}

const dayMs = 86_400_000;

function daysBack(count: number): readonly Date[] {
  return Array.from({ length: count }, (_, index) => new Date(Date.now() - index * dayMs));
}

/** The days on which something was used, the newest first. */
async function spendingOf(
  table: Table,
  accounts: readonly ChargedAccount[],
  days: readonly Date[],
): Promise<readonly DaySpending[]> {
  const found: DaySpending[] = [];
  for (const at of days) {
    for (const account of accounts) {
      const item = await readItem(table, SpendingItem, spendingKey(account, at));
      const day = at.toISOString().slice(0, 10);
      if (item) found.push({ ...account, day, ...spendingIn(item) });
    }
  }
  return found;
}

function lineOf({ connector, account, day, micros, uses, prices }: DaySpending) {
  const { currency, asOf } = prices;
  const amount = dollarsOf(micros);
  return { connector, account, day, amount, currency, estimated: true, asOf, uses };
}

const heading = ['DAY', 'ACCOUNT', 'USE', 'COUNT', 'USD'];

/** A row for each use, and one for the day. The sum is what was counted then, by the prices of then. */
function rowsOf({ day, name, micros, uses, prices }: DaySpending): string[][] {
  const each = Object.entries(uses).toSorted(([one], [other]) => one.localeCompare(other));
  return [
    ...each.map(([use, count]) => {
      const price = dollarsOf(priceMicros(prices, [{ use, count }]));
      return [day, name, use, String(count), price];
    }),
    [day, name, 'all', '', dollarsOf(micros)],
  ];
}
