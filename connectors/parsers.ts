import type { Parse } from '#shared/connector/parser';
import type { ConnectorId } from './declarations.ts';
import { parse as email } from './email/parser.ts';
import { parse as twilio } from './twilio/parser.ts';
import { parse as twitter } from './twitter/parser.ts';
import { parse as whatsapp } from './whatsapp/parser.ts';

/** What reads queued items into canonical values. */
export const parsers: Readonly<Record<ConnectorId, Parse>> = {
  whatsapp,
  twilio,
  twitter,
  email,
  // Meta's own entries, whoever carries them.
  'whatsapp-aws': whatsapp,
};
