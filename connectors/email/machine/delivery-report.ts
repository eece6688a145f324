import type { Email } from 'postal-mime';
import { readAddress } from '#connectors/email/mail-address';
import { tellsDelay } from './bounce-words.ts';
import type { Headers } from './mail-class.ts';
import { type Fields, fieldBlocks, fieldOf, partsOf, textOf } from './mail-parts.ts';
import { type Reported, statusOf } from './status-code.ts';

/** The fate of a mail for one recipient, as a server reports it. */
export interface Fate extends Reported {
  readonly action: 'failed' | 'delayed' | 'delivered';
  /** The address that we wrote to, or else the one that it was passed on to; absent where none is named. */
  readonly recipient?: string;
  readonly retryUntil?: string;
}

/** A report names one mail and its recipients; more of them are one that is made up. */
const maxRecipients = 100;

/**
 * Reads a report of delivery: RFC 3464 where it is one, also where the fields stand in the text; else the header that
 * Exim and Gmail write, and the first code in the text.
 */
export function readDeliveryReport(email: Email, headers: Headers): readonly Fate[] {
  const reports = partsOf(email, /^message\/(?:global-)?delivery-status$/);
  const text = textOf(email);
  const blocks = (reports.length > 0 ? reports : [text]).flatMap(fieldBlocks);
  const told = blocks.filter((block) => recipientOf(block) !== undefined);
  if (told.length > 0)
    return told.slice(0, maxRecipients).map((block) => fateOf(block, email, text));
  const failed = (headers.get('x-failed-recipients') ?? '')
    .split(',')
    .flatMap((each) => readAddress(each) ?? []);
  const fate = fateInWords(email, text);
  return failed.length > 0
    ? failed.slice(0, maxRecipients).map((recipient) => ({ ...fate, recipient }))
    : [fate];
}

/** `rfc822; anna@customer.example`: the one we wrote to is the original one, where the mail was passed on. */
function recipientOf(fields: Fields): string | undefined {
  for (const name of ['original-recipient', 'final-recipient']) {
    const value = fieldOf(fields, name);
    if (value === undefined) continue;
    const address = readAddress(value.slice(value.indexOf(';') + 1));
    if (address !== undefined) return address;
  }
  return fieldOf(fields, 'final-recipient') === undefined ? undefined : '';
}

function fateOf(fields: Fields, email: Email, text: string): Fate {
  const recipient = recipientOf(fields);
  const reported = {
    status: fieldOf(fields, 'status'),
    diagnostic: fieldOf(fields, 'diagnostic-code')?.replace(/^[\w-]{1,20}\s*;\s*/, ''),
  };
  const retryUntil = fieldOf(fields, 'will-retry-until');
  return {
    ...reported,
    action: actionOf(fields, reported) ?? fateInWords(email, text).action,
    ...(recipient ? { recipient } : {}),
    ...(retryUntil === undefined ? {} : { retryUntil }),
  };
}

/** RFC 3464 2.3.3. `relayed` and `expanded` mail was taken by a server that reports no more. */
function actionOf(fields: Fields, reported: Reported): Fate['action'] | undefined {
  const action = fieldOf(fields, 'action')?.toLowerCase() ?? '';
  if (/^(?:delivered|relayed|expanded)/.test(action)) return 'delivered';
  if (action.startsWith('delayed')) return 'delayed';
  if (action.startsWith('failed')) return 'failed';
  return statusOf(reported)?.startsWith('2') ? 'delivered' : undefined;
}

/** The fate that the words of a report tell: the first line with a code of SMTP says why. */
function fateInWords(email: Email, text: string): Fate {
  const lines = text
    .slice(0, 16_000)
    .split('\n')
    .map((line) => line.trim());
  const diagnostic = lines.find((line) => /^[45]/.test(statusOf({ diagnostic: line }) ?? ''));
  return {
    action: tellsDelay(email.subject ?? '', text) ? 'delayed' : 'failed',
    ...(diagnostic === undefined ? {} : { diagnostic, status: statusOf({ diagnostic }) }),
  };
}
