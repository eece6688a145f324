import { randomBytes, randomUUID } from 'node:crypto';
import PostalMime, { type Email } from 'postal-mime';
import * as z from 'zod';
import { parsedJson } from '#shared/json';

const SendEmail = z.object({
  FromEmailAddress: z.string().optional(),
  Destination: z
    .object({
      ToAddresses: z.array(z.string()).min(1),
      CcAddresses: z.array(z.string()).default([]),
      BccAddresses: z.array(z.string()).default([]),
    })
    .transform(({ ToAddresses, CcAddresses, BccAddresses }) => [
      ...ToAddresses,
      ...CcAddresses,
      ...BccAddresses,
    ])
    .pipe(z.array(z.string()).max(50))
    .optional(),
  Content: z.object({ Raw: z.object({ Data: z.base64() }) }),
  EmailTags: z
    .array(
      z.object({
        Name: z.string().regex(/^[A-Za-z0-9_-]{1,256}$/),
        Value: z.string().regex(/^[A-Za-z0-9_-]{1,256}$/),
      }),
    )
    .default([]),
  ConfigurationSetName: z.string().optional(),
});

export interface AcceptedMail {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** As they leave SES: Message-ID replaced, lines unfolded. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The mail as it leaves SES, whole. */
  readonly raw: string;
  readonly sentAt: Date;
}

export interface RefusedMail {
  readonly refused: string;
  readonly reason: string;
}

/** Takes one SendEmail body, or gives the refusal of SES. */
export async function acceptMail(body: Buffer, now: Date): Promise<AcceptedMail | RefusedMail> {
  const request = SendEmail.safeParse(parsedJson(body.toString('utf8')));
  if (!request.success) return bad(z.prettifyError(request.error));
  const raw = Buffer.from(request.data.Content.Raw.Data, 'base64');
  const mail = await PostalMime.parse(raw);
  const problem = problemOf(mail, raw);
  if (problem) return bad(problem);
  const { FromEmailAddress, Destination, EmailTags } = request.data;
  const recipients = Destination ?? addresses(mail);
  const messageId = sesMessageId(now);
  return {
    messageId,
    from: addressOf(FromEmailAddress ?? mail.from?.address ?? ''),
    to: addressOf(recipients[0] ?? ''),
    recipients: recipients.map(addressOf),
    subject: mail.subject ?? '',
    text: (mail.text ?? '').trimEnd(),
    tags: Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, [Value]])),
    headers: mail.headers.map(({ originalKey, key, value }) => ({
      name: originalKey,
      value: key === 'message-id' ? `<${messageId}@eu-west-1.amazonses.com>` : value,
    })),
    raw: withMessageId(raw, `<${messageId}@eu-west-1.amazonses.com>`),
    sentAt: now,
  };
}

/** Replaces our Message-ID by that of SES, as SES does (SES developer guide, header-fields). */
function withMessageId(raw: Buffer, messageId: string): string {
  return raw
    .toString('latin1')
    .replace(/^message-id:.*(?:\r\n[ \t].*)*/im, `Message-ID: ${messageId}`);
}

/** 40 MB after its encoding (SES quotas). */
const largestMail = 40 * 1024 * 1024;

const singleHeaders = [
  ...['from', 'to', 'cc', 'subject', 'message-id', 'reply-to', 'references', 'in-reply-to'],
  ...['list-unsubscribe', 'list-unsubscribe-post', 'auto-submitted', 'precedence'],
];

/** The reason for which SES or the next server would refuse: no sender, no recipient, a broken or smuggled header. */
function problemOf(mail: Email, raw: Buffer): string | undefined {
  const head = raw.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  if (/(?<!\r)\n|\r(?!\n)/.test(head)) return 'Header contains a bare CR or LF.';
  if (head.split('\r\n').some((line) => line.length > 998)) return 'Header line is too long.';
  if (raw.length > largestMail) return 'Message length is more than 41943040 bytes long.';
  for (const key of singleHeaders) {
    const count = mail.headers.filter((header) => header.key === key).length;
    if (count > 1) return `Duplicate header '${key}'.`;
  }
  if (!mail.from?.address) return "Missing required header 'From'.";
  if (addresses(mail).length === 0) return 'Missing final recipient.';
  if (mail.headers.some(({ key }) => key === 'bcc')) return "Header 'Bcc' is not expected.";
  return undefined;
}

function addresses(mail: Email): string[] {
  return (mail.to ?? []).flatMap(({ address }) => (address ? [address] : []));
}

function addressOf(text: string): string {
  return (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase();
}

/** The form of eu-west-1's ids: `0102` and the time, random, six zeros. */
function sesMessageId(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  return `0102${time}-${randomBytes(4).toString('hex')}${randomUUID().slice(8)}-000000`;
}

function bad(reason: string): RefusedMail {
  return { refused: 'BadRequestException', reason };
}
