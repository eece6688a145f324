import type { LocalAccount } from '#infra/local/accounts';
import { email } from '#infra/local/simulators/email';
import { startSimulator } from '#infra/local/simulators/server';
import type { SimulatedAccount, Simulator } from '#infra/local/simulators/simulator';
import { twilio } from '#infra/local/simulators/twilio';
import { twitter } from '#infra/local/simulators/twitter';
import { whatsapp } from '#infra/local/simulators/whatsapp';

const simulators: readonly Simulator[] = [whatsapp, twilio, twitter, email];

export interface Providers {
  /** Where each provider's API is, by connector. */
  readonly urls: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Starts the simulator of every provider, each with the accounts it knows. */
export async function startProviders(
  accounts: readonly LocalAccount[],
  simulated: (account: LocalAccount) => SimulatedAccount,
): Promise<Providers> {
  const running = await Promise.all(
    simulators.map(async (simulator) => {
      const own = accounts.filter(({ connector }) => connector === simulator.connector);
      return { simulator, ...(await startSimulator(simulator, own.map(simulated))) };
    }),
  );
  return {
    urls: Object.fromEntries(running.map(({ simulator, url }) => [simulator.connector, url])),
    stop: async () => {
      await Promise.all(running.map(({ stop }) => stop()));
    },
  };
}
