import type { ApiAnswer, Faults } from '#infra/local/simulators/simulator';
import { graphError, titledCodes } from './errors.ts';

/** Answers of a proxy before Meta, with a page in place of an error object. */
const proxyStatuses: readonly string[] = ['502', '503', '504'];

/** Meta's codes whose titles are not written down here. */
const untitledCodes: readonly number[] = [
  ...[131020, 131037, 131041, 131044, 131055, 131062, 131063, 131064, 131207, 131208],
  ...[132018, 134011, 134100, 134101, 134102, 137000],
];

const codes = [...titledCodes, ...untitledCodes].toSorted((a, b) => a - b);

export const faults: Faults = {
  kinds: ['429', '500', ...proxyStatuses, ...codes.map(String)],
  answer: answerFor,
  unknown: graphError(139_999),
};

function answerFor(kind: string): ApiAnswer {
  if (kind === '429') return graphError(130429, { status: 429, headers: { 'retry-after': '1' } });
  if (kind === '500') return graphError(131000, { status: 500 });
  if (proxyStatuses.includes(kind)) return { status: Number(kind), body: '<html>Sorry</html>' };
  return graphError(Number(kind));
}
