// Written by `npm run registries` from the folders beside it.
import type { Parse } from '#shared/connector/parser';
import { parse as awsSms } from './aws-sms/parser.ts';
import type { ReceivingBy } from './declarations.ts';
import { parse as telegram } from './telegram/parser.ts';
import { parse as twilio } from './twilio/parser.ts';
import { parse as twitter } from './twitter/parser.ts';
import { parse as whatsapp } from './whatsapp/parser.ts';
import { parse as whatsappAws } from './whatsapp-aws/parser.ts';

/** Read items whose payload holds everything: of every connector that receives no mail. */
export const payloadParsers: Readonly<Record<string, Parse>> = {
  'aws-sms': awsSms,
  telegram,
  twilio,
  twitter,
  whatsapp,
  'whatsapp-aws': whatsappAws,
} satisfies Record<ReceivingBy<'webhook' | 'topic'>, Parse>;
