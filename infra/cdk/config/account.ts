import * as core from 'zod/v4/core';
import { nearNames } from '#shared/command/near-names';
import type { Declaration, Pacing } from '#shared/connector/declaration';
import { omitUndefined } from '#shared/json';
import type { PriceSettings } from '#shared/model/price';
import type { PersonalDataSettings } from '#shared/reply/personal-data/settings';
import { problem, unknownKeys } from './problem.ts';

/** One account of a stage, its settings checked by the connector that reads them. */
export interface StageAccount {
  readonly connector: string;
  readonly account: string;
  readonly receives: Declaration['receives'];
  /** Our own address on the channel. */
  readonly address: string;
  /** In place of the pace that the connector declares. */
  readonly pacing?: Pacing;
  /** The same for replies in public conversations, which have a bucket of their own then. */
  readonly publicPacing?: Pacing;
  /** In place of prices that the connector declares. */
  readonly prices?: PriceSettings;
  /** The personal data that public replies may not show. */
  readonly personalData?: PersonalDataSettings;
  /** As configured, for the connector's own schema to read again at run time. */
  readonly settings: Readonly<Record<string, unknown>>;
}

interface GivenAccount {
  readonly connector: string;
  readonly account: string;
  readonly pacing?: Pacing | undefined;
  readonly publicPacing?: Pacing | undefined;
  readonly prices?: PriceSettings | undefined;
  readonly personalData?: PersonalDataSettings | undefined;
  readonly [setting: string]: unknown;
}

/** Reads each account with its connector's declaration. Gives the good ones, and a sentence for each mistake. */
export function readAccounts(
  given: readonly GivenAccount[],
  declarations: Readonly<Record<string, Declaration>>,
): { accounts: StageAccount[]; mistakes: string[] } {
  const accounts: StageAccount[] = [];
  const mistakes: string[] = [];
  const names = new Set<string>();
  const owners = new Map<string, string>();
  for (const [index, each] of given.entries()) {
    const name = `${each.connector}/${each.account}`;
    const read = readAccount(each, declarations);
    const wrong = names.has(name) ? ['given twice, expected each account once'] : [];
    if (Array.isArray(read)) wrong.push(...read);
    else {
      wrong.push(...takenAddress(read, owners));
      accounts.push(read);
    }
    names.add(name);
    mistakes.push(...wrong.map((mistake) => `accounts[${index}] (${name}): ${mistake}`));
  }
  return { accounts, mistakes };
}

/**
 * Refuses an address that another account of the connector has: messages to it would all go to one of the two. `owners`
 * learns the address.
 */
function takenAddress(
  { connector, account, address }: StageAccount,
  owners: Map<string, string>,
): string[] {
  const key = `${connector}/${address.toLowerCase()}`;
  const owner = owners.get(key);
  owners.set(key, owner ?? `${connector}/${account}`);
  if (owner === undefined || owner === `${connector}/${account}`) return [];
  const given = JSON.stringify(address);
  return [`address: given ${given}, which is that of ${owner}, expected one of its own`];
}

function readAccount(
  { connector, account, pacing, publicPacing, prices, personalData, ...settings }: GivenAccount,
  declarations: Readonly<Record<string, Declaration>>,
): StageAccount | string[] {
  const declaration = Object.hasOwn(declarations, connector) ? declarations[connector] : undefined;
  if (!declaration) {
    const known = Object.keys(declarations).join(', ');
    return [`connector: given ${JSON.stringify(connector)}, expected one of ${known}`];
  }
  const strange = strangePrices(prices, declaration);
  if (strange.length > 0) return strange;
  const read = core.safeParse(declaration.account, settings);
  if (!read.success) return read.error.issues.map((issue) => problem(issue, settings));
  const unknown = Object.keys(settings).filter((key) => !Object.hasOwn(read.data, key));
  if (unknown.length > 0) return [...unknownKeys(unknown, declaration.account)];
  return {
    connector,
    account,
    receives: declaration.receives,
    address: read.data.address,
    ...omitUndefined({ pacing, publicPacing, prices, personalData }),
    settings,
  };
}

/** Refuses prices of uses that the connector does not know, by their names. */
function strangePrices(given: PriceSettings | undefined, { title, prices }: Declaration): string[] {
  if (given === undefined) return [];
  if (!prices)
    return [
      `prices: given, expected only where the provider charges by the use, which ${title} does not`,
    ];
  const known = Object.keys(prices.perUse);
  return Object.keys(given.perUse)
    .filter((use) => !known.includes(use))
    .map((use) => {
      const near = nearNames(use, known);
      const hint =
        near.length > 0 ? `did you mean ${near.join(' or ')}?` : `allowed: ${known.join(', ')}`;
      return `prices.perUse.${use}: unknown; ${hint}`;
    });
}
