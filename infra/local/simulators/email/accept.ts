import PostalMime, { type Email } from 'postal-mime';
import { addressOf } from './address.ts';
import { asItLeaves } from './as-it-leaves.ts';
import type { AcceptedMail, RefusedMail, SentFile } from './mail.ts';
import { type Policy, problemOf, sizeProblem } from './refusal.ts';
import { readSendEmail, type SendEmail } from './send-email.ts';
import { sesId, wireId } from './ses-id.ts';

/** Takes one SendEmail body, or gives the refusal of SES. */
export async function acceptMail(
  body: Buffer,
  now: Date,
  policy: Policy = {},
): Promise<AcceptedMail | RefusedMail> {
  const request = readSendEmail(body);
  if ('problem' in request) return bad(request.problem);
  const raw = Buffer.from(request.Content.Raw.Data, 'base64');
  const tooLarge = sizeProblem(raw);
  if (tooLarge) return bad(tooLarge);
  const mail = await PostalMime.parse(raw);
  const from = addressOf(request.FromEmailAddress ?? mail.from?.address ?? '');
  const envelope = { from, ...recipientsOf(mail, request) };
  const problem = problemOf(mail, raw, envelope, policy);
  if (problem) return problem;
  const messageId = sesId(now);
  const left = asItLeaves(raw, wireId(messageId), now);
  return {
    ...envelope,
    ...contentOf(mail),
    messageId,
    to: envelope.recipients[0] ?? '',
    tags: Object.fromEntries(request.EmailTags.map(({ Name, Value }) => [Name, [Value]])),
    headers: left.headers,
    ownHeaders: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    raw: left.raw,
    sentAt: now,
  };
}

function contentOf(mail: Email) {
  const virus = 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE';
  return {
    subject: mail.subject ?? '',
    text: (mail.text ?? '').trimEnd(),
    ...(mail.html ? { html: mail.html } : {}),
    attachments: mail.attachments.map(fileOf),
    hasVirus: mail.attachments.some(({ content }) => bytesOf(content).includes(virus)),
  };
}

function fileOf(file: Email['attachments'][number]): SentFile {
  return {
    fileName: file.filename ?? '',
    contentType: file.mimeType,
    size: bytesOf(file.content).length,
    ...(file.contentId ? { contentId: file.contentId.replace(/^<|>$/g, '') } : {}),
    inline: file.disposition === 'inline',
  };
}

function bytesOf(content: Email['attachments'][number]['content']): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);
}

/** `Destination` decides, and without it the headers. */
function recipientsOf(mail: Email, { Destination }: SendEmail) {
  const to = Destination?.ToAddresses ?? addressesOf(mail.to);
  const cc = (Destination?.CcAddresses ?? addressesOf(mail.cc)).map(addressOf);
  const bcc = (Destination?.BccAddresses ?? addressesOf(mail.bcc)).map(addressOf);
  return { cc, bcc, recipients: [...new Set([...to.map(addressOf), ...cc, ...bcc])] };
}

function addressesOf(list: Email['to']): string[] {
  return (list ?? []).flatMap(({ address }) => (address ? [address] : []));
}

function bad(reason: string): RefusedMail {
  return { refused: 'BadRequestException', reason };
}
