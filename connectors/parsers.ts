// Written by `npm run registries` from the folders beside it.
import type { Parse } from '#shared/connector/parser';
import { parse as awsSms } from './aws-sms/parser.ts';
import type { ConnectorId } from './declarations.ts';
import { parse as email } from './email/parser.ts';
import { parse as telegram } from './telegram/parser.ts';
import { parse as twilio } from './twilio/parser.ts';
import { parse as twitter } from './twitter/parser.ts';
import { parse as whatsapp } from './whatsapp/parser.ts';
import { parse as whatsappAws } from './whatsapp-aws/parser.ts';

/** Read queued items into canonical values. */
export const parsers: Readonly<Record<ConnectorId, Parse>> = {
  'aws-sms': awsSms,
  email,
  telegram,
  twilio,
  twitter,
  whatsapp,
  'whatsapp-aws': whatsappAws,
};
