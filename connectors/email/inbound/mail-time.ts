import { isoTimeOf } from '#shared/iso-time';

const hour = 3_600_000;
/** A mail may wait five days in a queue and its sender's clock may be off; more is a wrong date. */
const latestAfter = hour;
const earliestBefore = 14 * 24 * hour;

/**
 * The time at which a mail was written: its Date header where that is believable beside SES's own time of receipt, else
 * that time. Both as ISO 8601; undefined when neither can be read.
 */
export function readTime(
  date: string | undefined,
  receivedAt: string | undefined,
): string | undefined {
  const received = Date.parse(receivedAt ?? '');
  const written = Date.parse(date ?? '');
  if (Number.isNaN(received)) return isoTimeOf(written);
  const sane = written <= received + latestAfter && written >= received - earliestBefore;
  return isoTimeOf(sane ? written : received);
}
