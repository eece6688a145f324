import { randomHex } from '#infra/local/simulators/random-hex';
import type { Sample } from '#infra/local/simulators/sample';

export const sample: Sample = {
  credentials: () => ({
    appSecret: randomHex(16),
    verifyToken: randomHex(12),
    accessToken: `EAA${randomHex(24)}`,
  }),
  customers: { whatsapp: '16505551234' },
};
