import { randomBytes } from 'node:crypto';
import type { Envelope } from './envelope.ts';
import { type MailHeader, readHeaders } from './mail-headers.ts';
import { sesBlock } from './ses-block.ts';
import { type AskedVerdicts, type MailVerdicts, verdictsOf } from './verdicts.ts';

export interface ReceivedMail {
  /** SES's receipt id: the key of the object, without its prefix. */
  readonly messageId: string;
  /** The mail as SES stores it: its own headers above the sender's. */
  readonly stored: Buffer;
  readonly envelope: Envelope;
  readonly headers: readonly MailHeader[];
  readonly verdicts: MailVerdicts;
}

/**
 * A mail as SES takes it: with an id, the results of its checks and its own block of headers. Nothing is checked here,
 * so every result is PASS, unless the mail, the client's HELO or the simulator's conditions ask for another.
 */
export function receivedMail(envelope: Envelope, conditions: AskedVerdicts = {}): ReceivedMail {
  const messageId = randomBytes(25).toString('hex').slice(0, 40);
  const sent = readHeaders(envelope.raw);
  const verdicts = verdictsOf(sent, envelope.client.name, conditions);
  const own = sesBlock(messageId, envelope, verdicts);
  const block = own.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  return {
    messageId,
    stored: Buffer.concat([Buffer.from(block), envelope.raw]),
    envelope,
    headers: [...own, ...sent],
    verdicts,
  };
}
