// Written by `npm run registries` from the folders beside it.
import type { Webhook } from '#shared/connector/webhook';
import type { ReceivingBy } from './declarations.ts';
import { webhook as telegram } from './telegram/webhook.ts';
import { webhook as twilio } from './twilio/webhook.ts';
import { webhook as twitter } from './twitter/webhook.ts';
import { webhook as whatsapp } from './whatsapp/webhook.ts';

/** The webhook endpoints; a receiving Lambda carries one of them (infra/build/entries.ts). */
export const webhooks: Readonly<Record<string, Webhook>> = {
  telegram,
  twilio,
  twitter,
  whatsapp,
} satisfies Record<ReceivingBy<'webhook'>, Webhook>;
