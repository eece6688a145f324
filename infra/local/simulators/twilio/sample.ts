import { randomHex } from '#infra/local/simulators/random-hex';
import type { Sample } from '#infra/local/simulators/sample';

export const sample: Sample = {
  credentials: () => ({ accountSid: `AC${randomHex(16)}`, authToken: randomHex(16) }),
  customers: { sms: '+14155550123', rcs: 'rcs:+14155550123', whatsapp: 'whatsapp:+14155550123' },
  addressPrefix: { rcs: 'rcs:', whatsapp: 'whatsapp:' },
};
