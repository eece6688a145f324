import type { Sample } from '#infra/local/simulators/sample';

export const sample: Sample = {
  customers: { sms: '+14155550123' },
};
