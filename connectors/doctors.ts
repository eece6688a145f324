// Written by `npm run registries` from the folders beside it.
import type { Doctor } from '#shared/connector/doctor';
import type { Declaring } from './declarations.ts';
import { doctor as twilio } from './twilio/doctor.ts';

/** Say what to enter at the providers, and why a webhook is refused: of the connectors that declare `explainsWebhooks`. */
export const doctors: Readonly<Record<string, Doctor>> = {
  twilio,
} satisfies Record<Declaring<'explainsWebhooks'>, Doctor>;
