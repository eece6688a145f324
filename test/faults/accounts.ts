/** One account of a provider, as functions and providers know it. */
export interface FaultAccount {
  readonly connector: 'whatsapp' | 'twilio';
  readonly account: string;
  readonly address: string;
  readonly publicUrl: string;
  readonly secretId: string;
}

const account = (
  connector: FaultAccount['connector'],
  name: string,
  address: string,
): FaultAccount => ({
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
];

/** The `ACCOUNTS` variable. */
export function accountsVariable(providerUrl: string): string {
  return JSON.stringify(
    accounts.map(({ connector, account: name, address, publicUrl, secretId }) => ({
      connector,
      account: name,
      publicUrl,
      apiUrl: providerUrl,
      secretId,
      settings: { address },
    })),
  );
}

/** What the secret of an account holds; `generation` is counted up by a rotation. */
export function credentialsOf({ connector, account: name }: FaultAccount, generation: number) {
  const own = `${connector}-${name}-${generation}`;
  if (connector === 'whatsapp') {
    return {
      appSecret: `app-secret-${own}`,
      verifyToken: `verify-token-${own}`,
      accessToken: `access-token-${own}`,
    };
  }
  return { accountSid: `AC${'1'.repeat(32)}`, authToken: `auth-token-${own}` };
}
