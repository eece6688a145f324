import type { LocalAccount } from '#infra/local/accounts';
import { startSimulator } from '#infra/local/simulators/server';
import type { SimulatedAccount, Simulator } from '#infra/local/simulators/simulator';
import { simulators } from '#infra/local/simulators/simulators';

const played: readonly Simulator[] = Object.values(simulators);

export interface Providers {
  /** The URL of each provider's API, by connector. */
  readonly urls: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the simulator of every provider that the stage has accounts at, each with those. Throws for an account that
 * no simulator plays: its functions would keep the real provider's address.
 */
export async function startProviders(
  accounts: readonly LocalAccount[],
  simulated: (account: LocalAccount) => SimulatedAccount,
): Promise<Providers> {
  refuseUnplayed(accounts);
  const of = ({ connector }: Simulator) => accounts.filter((each) => each.connector === connector);
  const running = await Promise.all(
    played
      .filter((simulator) => of(simulator).length > 0)
      .map(async (simulator) => {
        const own = of(simulator).map(simulated);
        return { simulator, ...(await startSimulator(simulator, own)) };
      }),
  );
  return {
    urls: Object.fromEntries(running.map(({ simulator, url }) => [simulator.connector, url])),
    stop: async () => {
      await Promise.all(running.map(({ stop }) => stop()));
    },
  };
}

function refuseUnplayed(accounts: readonly LocalAccount[]): void {
  const ids = played.map(({ connector }) => connector);
  const unplayed = accounts.find(({ connector }) => !ids.includes(connector));
  if (unplayed === undefined) return;
  const { connector, account } = unplayed;
  throw new Error(
    `no simulator plays ${connector}: what ${connector}/${account} sends would reach its real provider. ` +
      'Take the account out of the stage, or write a simulator (infra/local/simulators)',
  );
}
