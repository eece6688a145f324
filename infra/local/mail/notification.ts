import type { MailHeader } from './mail-headers.ts';
import type { ReceivedMail } from './received-mail.ts';
import { checkNames } from './verdicts.ts';

export interface Place {
  readonly topicArn: string;
  readonly bucket: string;
  readonly keyPrefix: string;
  readonly key: string;
}

/** SES cuts the headers of a notification there; so is each list that is made of them. SNS takes 256 KB in all. */
const maxHeaderBytes = 10 * 1024;

/** SES's "Received" notification (SES developer guide, receiving-email-notifications-contents). */
export function notificationOf(mail: ReceivedMail, place: Place): object {
  const { messageId, envelope, headers } = mail;
  const timestamp = envelope.now.toISOString();
  const kept = firstHeaders(headers);
  return {
    notificationType: 'Received',
    receipt: {
      timestamp,
      processingTimeMillis: 1,
      recipients: envelope.recipients,
      ...resultsOf(mail),
      action: {
        type: 'S3',
        topicArn: place.topicArn,
        bucketName: place.bucket,
        objectKeyPrefix: place.keyPrefix,
        objectKey: place.key,
      },
    },
    mail: {
      timestamp,
      source: envelope.from,
      messageId,
      destination: firstOf(
        [...valuesOf(headers, 'to'), ...valuesOf(headers, 'cc')].flatMap(addressesIn),
      ),
      headersTruncated: kept.length < headers.length,
      headers: kept,
      commonHeaders: commonHeaders(mail),
    },
  };
}

function resultsOf({ verdicts }: ReceivedMail): object {
  const given = checkNames.filter((check) => verdicts[check] !== 'ABSENT');
  const { dmarcPolicy = 'none' } = verdicts;
  return {
    ...Object.fromEntries(given.map((check) => [`${check}Verdict`, { status: verdicts[check] }])),
    ...(verdicts.dmarc === 'FAIL' ? { dmarcPolicy } : {}),
  };
}

function commonHeaders({ envelope, headers }: ReceivedMail): object {
  const some = (field: string, key: string) => {
    const values = valuesOf(headers, key);
    return values.length > 0 ? { [field]: values } : {};
  };
  return {
    returnPath: envelope.from,
    from: valuesOf(headers, 'from'),
    ...some('replyTo', 'reply-to'),
    date: valuesOf(headers, 'date')[0],
    to: valuesOf(headers, 'to'),
    ...some('cc', 'cc'),
    messageId: valuesOf(headers, 'message-id')[0],
    subject: valuesOf(headers, 'subject')[0],
  };
}

function valuesOf(headers: readonly MailHeader[], key: string): string[] {
  const named = headers.filter(({ name }) => name.toLowerCase() === key);
  return firstOf(named.map(({ value }) => value.slice(0, maxHeaderBytes)));
}

/** The first values, as long as they are short enough together. */
function firstOf(values: readonly string[]): string[] {
  let bytes = 0;
  return values.filter(({ length }) => {
    bytes += length;
    return bytes <= maxHeaderBytes;
  });
}

function addressesIn(value: string): string[] {
  return value.match(/[^\s<>,;:"()]+@[^\s<>,;:"()]+/g) ?? [];
}

function firstHeaders(headers: readonly MailHeader[]): MailHeader[] {
  let bytes = 0;
  return headers.filter(({ name, value }) => {
    bytes += name.length + value.length + 4;
    return bytes <= maxHeaderBytes;
  });
}
