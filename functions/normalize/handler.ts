import { payloadParsers } from '#connectors/payload-parsers';
import { statusParsers } from '#connectors/status-parsers';
import { normalizeHandler } from './lane.ts';

export const handler = normalizeHandler({
  ingress: payloadParsers,
  statuses: { ...payloadParsers, ...statusParsers },
});
