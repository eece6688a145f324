import type { Channel } from '#shared/model/channel';
import type { ScriptedConnector } from './scripted-apis.ts';

/** What a connector needs to know of an account, and how its customers are named. */
export interface Line {
  readonly channel: Channel;
  readonly business: string;
  readonly customer: (number: number) => string;
  readonly settings: object;
  readonly secret: object;
  readonly replyWindowHours?: number;
}

const keys = { consumerKey: 'k', consumerSecret: 's', accessToken: 't', accessTokenSecret: 'u' };
export const lines: Readonly<Record<ScriptedConnector, Line>> = {
  twilio: {
    channel: 'sms',
    business: '+15005550006',
    customer: (number) => `+1415555${String(number).padStart(4, '0')}`,
    settings: { address: '+15005550006' },
    secret: { accountSid: `AC${'1'.repeat(32)}`, authToken: 'token' },
  },
  whatsapp: {
    channel: 'whatsapp',
    business: '106540352242922',
    customer: (number) => `1650555${String(number).padStart(4, '0')}`,
    settings: { address: '106540352242922' },
    secret: { appSecret: 'secret', verifyToken: 'verify', accessToken: 'token' },
    replyWindowHours: 24,
  },
  twitter: {
    channel: 'twitter',
    business: '1500000000000000001',
    customer: (number) => String(1_600_000_000 + number),
    settings: { address: '1500000000000000001', username: 'acmecare' },
    secret: keys,
  },
};
