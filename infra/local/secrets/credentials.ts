import { isConnectorId } from '#connectors/declarations';
import type { LocalAccount } from '#infra/local/accounts';
import { randomHex } from '#infra/local/simulators/random-hex';
import { samples } from '#infra/local/simulators/samples';

/** New credentials for an account, as the JSON its secret holds: invented, as its provider would issue them. */
export function newCredentials({ connector }: Pick<LocalAccount, 'connector'>): string {
  const issued = isConnectorId(connector) ? samples[connector].credentials?.() : undefined;
  return JSON.stringify(issued ?? { secret: randomHex(16) });
}
