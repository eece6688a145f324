import type { Email } from 'postal-mime';
import type { Headers } from '#connectors/email/headers';
import { readAddress } from '#connectors/email/mail-address';
import { tellsDelay } from './bounce-words.ts';
import { type Fields, fieldBlocks, fieldOf, partsOf, textOf } from './mail-parts.ts';
import { fatesInWords } from './report-words.ts';
import { recipientsOf, returnedHead } from './returned-mail.ts';
import { type Reported, statusOf } from './status-code.ts';

/** The fate of a mail for one recipient, as a server reports it. */
export interface Fate extends Reported {
  readonly action: 'failed' | 'delayed' | 'delivered';
  /** The address that we wrote to, or else the one that it was passed on to; absent where none is named. */
  readonly recipient?: string;
  /** The other one of these two. */
  readonly aliases?: readonly string[];
  readonly retryUntil?: string;
}

/** A report names one mail and its recipients; more of them are one that is made up. */
const maxRecipients = 100;

/**
 * Reads a report of delivery: RFC 3464 where it is one, also where the fields stand in the text; else the addresses that
 * its text or the header of Exim and Gmail names, else the only recipient of the mail that it returns.
 */
export function readDeliveryReport(email: Email, headers: Headers): readonly Fate[] {
  const reports = partsOf(email, /^message\/(?:global-)?delivery-status$/);
  const text = textOf(email);
  const blocks = (reports.length > 0 ? reports : [text]).flatMap(fieldBlocks);
  const told = blocks.filter((block) => fieldOf(block, 'final-recipient') !== undefined);
  if (told.length > 0)
    return told.slice(0, maxRecipients).map((block) => fateOf(block, email, text));
  const action = tellsDelay(email.subject ?? '', text) ? 'delayed' : 'failed';
  const { named, any } = fatesInWords(text);
  const failed = addressesIn(headers.get('x-failed-recipients') ?? '');
  const others = failed.filter((address) => !named.some(({ recipient }) => recipient === address));
  const fates = [...named, ...others.map((recipient) => ({ ...any, recipient }))];
  if (fates.length > 0) return fates.slice(0, maxRecipients).map((fate) => ({ ...fate, action }));
  const [only, ...more] = recipientsOf(returnedHead(email));
  return [
    { ...any, action, ...(only !== undefined && more.length === 0 ? { recipient: only } : {}) },
  ];
}

function addressesIn(list: string): string[] {
  return list.split(',').flatMap((each) => readAddress(each) ?? []);
}

/** `rfc822; anna@customer.example`: the one we wrote to is the original one, where the mail was passed on. */
function recipientsIn(fields: Fields): string[] {
  const named = ['original-recipient', 'final-recipient'].flatMap((name) => {
    const value = fieldOf(fields, name) ?? '';
    return readAddress(value.slice(value.indexOf(';') + 1)) ?? [];
  });
  return [...new Set(named)];
}

function fateOf(fields: Fields, email: Email, text: string): Fate {
  const [recipient, ...aliases] = recipientsIn(fields);
  const reported = {
    status: fieldOf(fields, 'status'),
    diagnostic: fieldOf(fields, 'diagnostic-code')?.replace(/^[\w-]{1,20}\s*;\s*/, ''),
  };
  const retryUntil = fieldOf(fields, 'will-retry-until');
  return {
    ...reported,
    action:
      actionOf(fields, reported) ?? (tellsDelay(email.subject ?? '', text) ? 'delayed' : 'failed'),
    ...(recipient === undefined ? {} : { recipient }),
    ...(aliases.length > 0 ? { aliases } : {}),
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
