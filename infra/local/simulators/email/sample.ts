import { randomHex } from '#infra/local/simulators/random-hex';
import type { Sample } from '#infra/local/simulators/sample';

export const sample: Sample = {
  credentials: () => ({ replyTokenKey: randomHex(32) }),
  customers: { email: 'ada@customer.example' },
};
