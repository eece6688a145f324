import { cleanLine } from '#connectors/email/clean-text';
import { readAddress } from '#connectors/email/mail-address';
import { mailbox } from '#connectors/email/mailbox';
import { omitEmpty } from '#connectors/email/omit-empty';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { hashOf } from '#shared/ids';
import { type ConsentChange, deliverability, marketingMessages } from '#shared/model/consent';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { Fate } from './delivery-report.ts';
import {
  delayOf,
  failureOf,
  isAddressFault,
  longestDiagnostic,
  type Reported,
} from './status-code.ts';

export type Status = ChannelUpdate & { readonly kind: 'status' };

/** Our mail that a report is about, and the report. */
interface About {
  readonly sesId: string;
  readonly reportId: string;
  readonly occurredAt?: string;
}

/** The status that a server's report of one recipient amounts to. A delay changes no status: it is told as an error. */
export function statusOfFate({ sesId, reportId, occurredAt }: About, fate: Fate): Status {
  const { recipient, aliases, action } = fate;
  const common = {
    kind: 'status',
    id: `report:${shortMark(reportId)}:${action}:${recipientMark(recipient)}`,
    target: { providerMessageId: sesId },
    ...omitEmpty({ occurredAt, recipient }),
    ...(aliases ? { aliases: [...aliases] } : {}),
    mayBeOnly: true,
    metadata: diagnosticsOf(fate),
  } as const;
  switch (action) {
    case 'delivered':
      return { ...common, status: 'delivered' };
    case 'delayed':
      return { ...common, status: 'sent', errors: [delayOf(fate, fate.retryUntil)] };
    case 'failed':
      return {
        ...common,
        status: 'failed',
        errors: [failureOf(fate)],
        ...(isAddressFault(fate) ? undeliverable(recipient, fate) : {}),
      };
  }
}

/** The consent that a bounce for good takes from the address it names, or from the only recipient. */
export function undeliverable(
  recipient: string | undefined,
  reported: Reported,
): Pick<Status, 'consent' | 'consentOf'> {
  return revoked(recipient, 'bounce', evidenceOf(reported));
}

/** No advertising goes to this address any more. */
export function unsubscribed(
  recipient: string,
  evidence: string,
): Pick<Status, 'consent' | 'consentOf'> {
  const category = marketingMessages;
  const consent: ConsentChange = { category, state: 'revoked', evidence, source: 'unsubscribe' };
  return { consent, consentOf: mailbox(recipient) };
}

/** Nothing goes to this address any more, until its owner writes again. */
export function revoked(
  recipient: string | undefined,
  source: 'bounce' | 'complaint',
  evidence: string,
): Pick<Status, 'consent' | 'consentOf'> {
  const consent: ConsentChange = { category: deliverability, state: 'revoked', evidence, source };
  return { consent, ...(recipient === undefined ? {} : { consentOf: mailbox(recipient) }) };
}

function evidenceOf({ status = '', diagnostic = '' }: Reported): string {
  return cleanLine(`${status} ${diagnostic}`).slice(0, longestDiagnostic) || 'bounced for good';
}

export function diagnosticsOf({ status, diagnostic }: Reported): OwnMetadata {
  return omitEmpty({
    smtpStatus: status === undefined ? undefined : cleanLine(status).slice(0, longestDiagnostic),
    diagnostic: cleanLine(diagnostic ?? '').slice(0, longestDiagnostic),
  });
}

/** Update ids are kept with the message; an address has no place in them. */
export function recipientMark(recipient: string | undefined): string {
  return recipient === undefined ? '-' : shortMark(readAddress(recipient) ?? recipient);
}

export function shortMark(text: string): string {
  return hashOf(text).slice(0, 16);
}
