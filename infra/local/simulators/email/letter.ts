import * as z from 'zod';
import { type AskedVerdicts, verdictFields, verdictHeaders } from '#infra/local/mail/verdicts';
import type { SimulatedAccount, SimulatedInbound } from '#infra/local/simulators/simulator';
import { addressOf, domainOf } from './address.ts';

const Addresses = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]);

const File = z.strictObject({
  fileName: z.string().min(1),
  contentType: z.string().default('application/octet-stream'),
  base64: z.base64().default(''),
  contentId: z.string().optional(),
  inline: z.boolean().default(false),
});

/** The fields of a mail beside those of every customer's message. */
export const MailFields = z.strictObject({
  subject: z.string().optional(),
  html: z.string().optional(),
  attachments: z.array(File).optional(),
  /** The recipients, where they are not the account's own address alone: a reply address with its token, others. */
  ...{ to: Addresses.optional(), cc: Addresses.optional(), bcc: Addresses.optional() },
  replyTo: Addresses.optional(),
  inReplyTo: z.string().optional(),
  references: z.array(z.string()).optional(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  /** MAIL FROM, when it is not `from`; empty for the null sender of a bounce. */
  envelopeFrom: z.string().optional(),
  ...verdictFields,
});
type Fields = z.input<typeof MailFields>;
export type Letter = Omit<SimulatedInbound, 'more'> & Fields;

/** A letter as nodemailer takes it, with the envelope that the customer's server would use to reach us. */
export function composed(given: Letter, account: SimulatedAccount) {
  const { account: _, from, name = '', text, ...fields } = given;
  const letter = MailFields.parse(fields);
  const { to = [account.address], cc, bcc, subject, html, replyTo, inReplyTo, references } = letter;
  const envelopeFrom = letter.envelopeFrom ?? from;
  return {
    ...{ from: { name, address: from }, to, text },
    ...(cc ? { cc } : {}),
    ...(replyTo ? { replyTo } : {}),
    ...(html === undefined ? {} : { html }),
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(references ? { references } : {}),
    subject: subject ?? text.split('\n', 1)[0] ?? '',
    attachments: (letter.attachments ?? []).map(fileOf),
    headers: headersOf(letter),
    envelope: {
      from: envelopeFrom,
      to: ours([...to, ...(cc ?? []), ...(bcc ?? [])], account),
    },
  };
}

/** The recipients that our server takes; our own mailbox, when the mail names none: then it is a blind copy. */
function ours(recipients: readonly string[], { address, settings }: SimulatedAccount): string[] {
  const { replyDomain } = settings;
  const domains = [domainOf(address), ...(typeof replyDomain === 'string' ? [replyDomain] : [])];
  const own = recipients.map(addressOf).filter((each) => domains.includes(domainOf(each)));
  return own.length > 0 ? own : [address];
}

function headersOf({ headers = {}, verdicts, dmarcPolicy }: z.infer<typeof MailFields>) {
  const asked: AskedVerdicts = { verdicts, dmarcPolicy };
  return Object.entries({ ...headers, ...verdictHeaders(asked) }).flatMap(([key, values]) =>
    [values].flat().map((value) => ({ key, value })),
  );
}

function fileOf({ fileName, contentType, base64, contentId, inline }: z.infer<typeof File>) {
  return {
    ...{ filename: fileName, contentType, content: Buffer.from(base64, 'base64') },
    ...(contentId ? { cid: contentId } : {}),
    contentDisposition: inline ? ('inline' as const) : ('attachment' as const),
  };
}
