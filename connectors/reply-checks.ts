// Written by `npm run registries` from the folders beside it.
import type { ReplyCheck } from '#shared/connector/define-reply-check';
import { replyCheck as awsSms } from './aws-sms/reply-check.ts';
import type { ConnectorId } from './declarations.ts';
import { replyCheck as email } from './email/reply-check.ts';
import { replyCheck as telegram } from './telegram/reply-check.ts';
import { replyCheck as twilio } from './twilio/reply-check.ts';
import { replyCheck as twitter } from './twitter/reply-check.ts';
import { replyCheck as whatsapp } from './whatsapp/reply-check.ts';
import { replyCheck as whatsappAws } from './whatsapp-aws/reply-check.ts';

/** Hold the providers' limits of replies, beside what the connectors declare. */
export const replyChecks: Readonly<Record<ConnectorId, ReplyCheck>> = {
  'aws-sms': awsSms,
  email,
  telegram,
  twilio,
  twitter,
  whatsapp,
  'whatsapp-aws': whatsappAws,
};
