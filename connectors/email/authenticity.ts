import type { Authenticity } from '#shared/model/message';
import type { Receipt } from './ses-schema.ts';

/**
 * How far the From address can be believed, from the verdicts of SES's notification: never from headers, which a
 * sender can write himself. DMARC alone compares what was checked with the From header; SPF alone speaks of MAIL FROM.
 */
export function readAuthenticity(receipt: Receipt, oneFrom: boolean): Authenticity {
  const verdicts = {
    spf: receipt.spfVerdict?.status.toUpperCase(),
    dkim: receipt.dkimVerdict?.status.toUpperCase(),
    dmarc: receipt.dmarcVerdict?.status.toUpperCase(),
    spam: receipt.spamVerdict?.status.toUpperCase(),
    virus: receipt.virusVerdict?.status.toUpperCase(),
  };
  const known = Object.entries(verdicts).filter(([, status]) => status !== undefined);
  return { ...Object.fromEntries(known), level: levelOf(verdicts, oneFrom) };
}

/** DMARC judges one From address; a mail with two, or none, has no address to be verified. */
function levelOf(
  {
    spf,
    dkim,
    dmarc,
  }: { spf?: string | undefined; dkim?: string | undefined; dmarc?: string | undefined },
  oneFrom: boolean,
): Authenticity['level'] {
  if (dmarc === 'FAIL') return 'failed';
  if (!oneFrom) return 'unverified';
  if (dmarc === 'PASS') return 'verified';
  return spf === 'PASS' || dkim === 'PASS' ? 'aligned_unknown' : 'unverified';
}

/** Whether the domain asks that mail failing DMARC be refused: such mail continues no conversation. */
export function isDisowned({ dmarcVerdict, dmarcPolicy }: Receipt): boolean {
  const policy = typeof dmarcPolicy === 'string' ? dmarcPolicy : dmarcPolicy?.status;
  return (
    dmarcVerdict?.status.toUpperCase() === 'FAIL' && /^(?:reject|quarantine)$/i.test(policy ?? '')
  );
}
