/** The usual type and subtype of a bounce: there is no such mailbox. */
export const noMailbox = 'Permanent/General';

interface Report {
  readonly status: string;
  readonly diagnosticCode: string;
}

const suppressed =
  'Amazon SES did not send the message to this address because it is on the suppression list';
const permanent: Report = { status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' };
const temporary: Report = { status: '4.4.7', diagnosticCode: 'smtp; 450 4.4.7 try again later' };
const reports: Readonly<Record<string, Report>> = {
  'Permanent/Suppressed': {
    status: '5.1.1',
    diagnosticCode:
      'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
  },
  'Permanent/OnAccountSuppressionList': {
    status: '5.1.1',
    diagnosticCode: `${suppressed} for your account.`,
  },
  'Transient/MailboxFull': { status: '5.2.2', diagnosticCode: 'smtp; 552 5.2.2 mailbox full' },
  'Transient/MessageTooLarge': {
    status: '5.3.4',
    diagnosticCode: 'smtp; 552 5.3.4 message too big',
  },
  'Transient/ContentRejected': {
    status: '5.6.0',
    diagnosticCode: 'smtp; 554 5.6.0 content rejected',
  },
  'Transient/AttachmentRejected': {
    status: '5.6.1',
    diagnosticCode: 'smtp; 554 5.6.1 attachment rejected',
  },
};

/** The report of the server that refused, for the type and subtype of a bounce. */
export function bounceReport(code: string): Report {
  return reports[code] ?? (code.startsWith('Permanent/') ? permanent : temporary);
}
