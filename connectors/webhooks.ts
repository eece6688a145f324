import type { Webhook } from '#shared/connector/webhook';
import { webhook as twilio } from './twilio/webhook.ts';
import { webhook as twitter } from './twitter/webhook.ts';
import { webhook as whatsapp } from './whatsapp/webhook.ts';

/** The doors: what the receiving Lambdas carry, and nothing more. */
export const webhooks: Readonly<Record<string, Webhook>> = { whatsapp, twilio, twitter };
