import type { ConnectorName, FaultAccount } from './channels/channel.ts';
import { channels } from './channels/channels.ts';

const account = (connector: ConnectorName, name: string, address: string): FaultAccount => ({
  connector,
  account: name,
  address,
  publicUrl: `https://faults.example.com/webhooks/${connector}/${name}`,
  secretId: `faults/${connector}/${name}`,
});

/** Two of one connector, so that a message in the wrong account would be seen. */
export const accounts: readonly FaultAccount[] = [
  account('whatsapp', 'main', '106540352242922'),
  account('whatsapp', 'second', '206540352242922'),
  account('twilio', 'main', '+15005550006'),
  account('twitter', 'main', '1599000000000000000'),
  account('email', 'main', 'help@acme.example'),
];

/**
 * An account with a slow pace: a burst of replies gives most of them slots too far away for the queue, so that they wait
 * in `due` (load/paced.ts). Customers of the ordinary load write to the others.
 */
export const pacedAccount = account('whatsapp', 'paced', '306540352242922');
export const slowPace = { perSecond: 0.5, burst: 2 };
const unlimited = { perSecond: 500, burst: 500 };
export const everyAccount = [...accounts, pacedAccount];

/** Whose previous secret cannot be read: a bare token was put first, then the right JSON. */
export const withUnreadablePrevious = 'faults/twitter/main';

/**
 * The `ACCOUNTS` variable: of all, or of one connector's. One account is paced slowly; for the others a pace would only
 * take time.
 */
export function accountsVariable(providerUrl: string, only?: ConnectorName): string {
  const named = everyAccount.filter(({ connector }) => only === undefined || connector === only);
  return JSON.stringify(
    named.map(({ connector, account: name, address, publicUrl, secretId }) => ({
      connector,
      account: name,
      publicUrl,
      apiUrl: providerUrl,
      secretId,
      settings: channels[connector].settings(address),
      ...(connector === 'twitter' ? { pacing: unlimited, publicPacing: unlimited } : {}),
      ...(name === pacedAccount.account ? { pacing: slowPace } : {}),
    })),
  );
}

/** What the secret of an account holds; `generation` is counted up by a rotation. */
export function credentialsOf({ connector, account: name }: FaultAccount, generation: number) {
  return channels[connector].credentials(`${connector}-${name}-${generation}`);
}
