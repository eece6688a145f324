import { randomHex } from '#infra/local/simulators/random-hex';
import type { Sample } from '#infra/local/simulators/sample';

export const sample: Sample = {
  credentials: () => ({
    consumerKey: randomHex(12),
    consumerSecret: randomHex(25),
    accessToken: `1-${randomHex(20)}`,
    accessTokenSecret: randomHex(22),
  }),
  customers: { twitter: '@ada' },
};
