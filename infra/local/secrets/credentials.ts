import { randomBytes } from 'node:crypto';
import type { LocalAccount } from '#infra/local/accounts';

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

/** What a provider would issue, invented: the same field names and shapes, good for nothing outside this machine. */
const issued: Readonly<Record<string, () => Record<string, string>>> = {
  whatsapp: () => ({ appSecret: hex(16), verifyToken: hex(12), accessToken: `EAA${hex(24)}` }),
  twilio: () => ({ accountSid: `AC${hex(16)}`, authToken: hex(16) }),
  twitter: () => ({
    consumerKey: hex(12),
    consumerSecret: hex(25),
    accessToken: `1-${hex(20)}`,
    accessTokenSecret: hex(22),
  }),
  email: () => ({ replyTokenKey: hex(32) }),
};

/** New credentials for an account, as the JSON its secret holds. */
export function newCredentials({ connector }: Pick<LocalAccount, 'connector'>): string {
  return JSON.stringify(issued[connector]?.() ?? { secret: hex(16) });
}
