import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  SimulatedAccount,
  SimulatedSend,
  SimulatorWorld,
  StatusReport,
} from '#infra/local/simulators/simulator';
import { addressOf } from './address.ts';
import { tell } from './events.ts';
import type { AcceptedMail } from './mail.ts';

/** A mail as `GET /_sent` lists it; `request` has every field of the accepted one. */
export function sendOf({ to, text, messageId, sentAt, ...request }: AcceptedMail): SimulatedSend {
  const { cc, bcc, subject, html, attachments, raw } = request;
  return {
    ...{ at: sentAt.toISOString(), to, cc, bcc, subject, text },
    ...(html === undefined ? {} : { html }),
    ...{ attachments, messageId, raw, request },
  };
}

/** The account whose address a mail is from; the first for any other. */
export function senderOf(from: string, { accounts }: SimulatorWorld): SimulatedAccount | undefined {
  return accounts.find(({ address }) => address === from) ?? accounts[0];
}

/** The recipient a status is about; all, when absent. */
export const statusFields = { recipient: z.string().optional() };

/** Tells an event on request; `failed` with the type and subtype of the bounce. */
export async function reportStatus(
  { at, to, text, messageId, request }: SimulatedSend,
  { status, code, more }: StatusReport,
  world: SimulatorWorld,
): Promise<number> {
  const listed = request as Omit<AcceptedMail, 'to' | 'text' | 'messageId' | 'sentAt'>;
  const mail: AcceptedMail = { ...listed, to, text, messageId, sentAt: new Date(at) };
  const account = senderOf(mail.from, world);
  if (account === undefined) return 404;
  const recipients = recipientsOf(mail, z.object(statusFields).parse(more).recipient);
  const event = { status, recipients, ...(code === undefined ? {} : { code: String(code) }) };
  return tell(mail, event, account, world);
}

function recipientsOf({ recipients }: AcceptedMail, given: string | undefined): readonly string[] {
  if (given === undefined) return recipients;
  const recipient = addressOf(given);
  if (recipients.includes(recipient)) return [recipient];
  throw new BadCall(`recipient: given "${given}", allowed are ${recipients.join(', ')}`);
}
