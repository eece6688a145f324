import type {
  SimulatedAccount,
  SimulatedSend,
  SimulatorWorld,
  StatusReport,
} from '#infra/local/simulators/simulator';
import type { AcceptedMail } from './accept.ts';
import { publishEvent } from './events.ts';

/** A mail as `GET /_sent` lists it: its text beside it, with every field of the accepted one. */
export function sendOf({ to, text, messageId, sentAt, ...request }: AcceptedMail): SimulatedSend {
  return { at: sentAt.toISOString(), to, text, messageId, request };
}

/** The account whose address a mail is from; the first for any other. */
export function senderOf(from: string, { accounts }: SimulatorWorld): SimulatedAccount | undefined {
  return accounts.find(({ address }) => address === from) ?? accounts[0];
}

/** Publishes an event on request; `failed` with the type and subtype of the bounce. */
export async function reportStatus(
  { at, to, text, messageId, request }: SimulatedSend,
  report: StatusReport,
  world: SimulatorWorld,
): Promise<number> {
  const listed = request as Omit<AcceptedMail, 'to' | 'text' | 'messageId' | 'sentAt'>;
  const mail: AcceptedMail = { ...listed, to, text, messageId, sentAt: new Date(at) };
  const account = senderOf(mail.from, world);
  return account === undefined ? 404 : publishEvent(mail, report, account, world);
}
