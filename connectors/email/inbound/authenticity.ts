import type { Receipt } from '#connectors/email/ses-schema';
import type { SenderStanding } from '#shared/connector/channel-event';
import type { Authenticity } from '#shared/model/message';
import type { FromProblem } from './from-header.ts';

/** The reasons why no check of SES can vouch for the customer's address. */
export type SenderProblem = FromProblem | 'own_mailbox' | 'reply_to' | 'rewritten' | 'own_group';

type Reason = NonNullable<Authenticity['reasons']>[number];

const reasonOf: Readonly<Record<SenderProblem, Reason>> = {
  missing: 'no_from',
  several: 'several_from',
  group: 'group_from',
  malformed: 'malformed_from',
  ambiguous: 'ambiguous_from',
  own_mailbox: 'own_mailbox',
  reply_to: 'reply_to',
  rewritten: 'rewritten',
  own_group: 'own_group',
};

/**
 * Tells how far the From address can be believed, from the checks in SES's notification: never from headers, which a
 * sender can write himself. DMARC alone compares what was checked with the From header; SPF alone speaks of MAIL FROM,
 * and neither SPF nor DKIM tells which domain passed. `problems` are the reasons why the customer's address is not the
 * one that was checked.
 */
export function readAuthenticity(
  receipt: Receipt,
  problems: readonly SenderProblem[],
): Authenticity {
  const verdicts = {
    spf: receipt.spfVerdict?.status.toUpperCase(),
    dkim: receipt.dkimVerdict?.status.toUpperCase(),
    dmarc: receipt.dmarcVerdict?.status.toUpperCase(),
    spam: receipt.spamVerdict?.status.toUpperCase(),
    virus: receipt.virusVerdict?.status.toUpperCase(),
  };
  const known = Object.entries(verdicts).filter(([, status]) => status !== undefined);
  const reasons = [...dmarcReasons(verdicts.dmarc), ...problems.map((each) => reasonOf[each])];
  const passed = verdicts.spf === 'PASS' || verdicts.dkim === 'PASS';
  return {
    ...Object.fromEntries(known),
    level: levelOf(reasons, passed),
    ...(reasons.length > 0 ? { reasons } : {}),
  };
}

/** Reasons that leave open who wrote: nothing was checked, or a group of our own says who it was. */
const open: ReadonlySet<Reason> = new Set(['dmarc_not_passed', 'own_group']);

/** Gives the sender's standing for the store. Only a passed DMARC vouches for an address. */
export function standingOf({ level, reasons = [] }: Authenticity): SenderStanding {
  if (level === 'verified') return 'authenticated';
  return reasons.every((reason) => open.has(reason)) ? 'unknown' : 'untrusted';
}

function dmarcReasons(dmarc: string | undefined): Reason[] {
  if (dmarc === 'PASS') return [];
  return [dmarc === 'FAIL' ? 'dmarc_fail' : 'dmarc_not_passed'];
}

function levelOf(reasons: readonly Reason[], passed: boolean): Authenticity['level'] {
  if (reasons.length === 0) return 'verified';
  if (reasons.includes('dmarc_fail')) return 'failed';
  if (reasons.some((reason) => reason !== 'dmarc_not_passed')) return 'unverified';
  return passed ? 'aligned_unknown' : 'unverified';
}
