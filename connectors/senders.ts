// Written by `npm run registries` from the folders beside it.
import type { Sender } from '#shared/connector/define-sender';
import { sender as awsSms } from './aws-sms/sender.ts';
import type { ConnectorId } from './declarations.ts';
import { sender as email } from './email/sender.ts';
import { sender as telegram } from './telegram/sender.ts';
import { sender as twilio } from './twilio/sender.ts';
import { sender as twitter } from './twitter/sender.ts';
import { sender as whatsapp } from './whatsapp/sender.ts';
import { sender as whatsappAws } from './whatsapp-aws/sender.ts';

/** The outbound halves, with their provider SDKs: only the sending Lambda carries them. */
export const senders: Readonly<Record<ConnectorId, Sender>> = {
  'aws-sms': awsSms,
  email,
  telegram,
  twilio,
  twitter,
  whatsapp,
  'whatsapp-aws': whatsappAws,
};
