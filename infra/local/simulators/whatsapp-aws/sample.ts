import type { Sample } from '#infra/local/simulators/sample';

export const sample: Sample = {
  customers: { whatsapp: '16505551234' },
};
