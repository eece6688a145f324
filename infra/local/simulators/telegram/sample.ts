import { randomHex } from '#infra/local/simulators/random-hex';
import type { Sample } from '#infra/local/simulators/sample';

/** No bot has an id of this form and a token of these letters. */
export const sample: Sample = {
  credentials: () => ({ botToken: `7005550006:SIM${randomHex(16)}`, secretToken: randomHex(16) }),
  customers: { telegram: '5550142001' },
};
