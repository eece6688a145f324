// Written by `npm run registries` from the folders beside it.
import type { ConnectorId } from '#connectors/declarations';
import type { Harness } from '#test/support/connectors/harness';
import { harness as awsSms } from './aws-sms/harness.ts';
import { harness as email } from './email/harness.ts';
import { harness as telegram } from './telegram/harness.ts';
import { harness as twilio } from './twilio/harness.ts';
import { harness as twitter } from './twitter/harness.ts';
import { harness as whatsapp } from './whatsapp/harness.ts';
import { harness as whatsappAws } from './whatsapp-aws/harness.ts';

/** The test halves of the connectors: how their providers are played. */
export const harnesses: Readonly<Record<ConnectorId, Harness>> = {
  'aws-sms': awsSms,
  email,
  telegram,
  twilio,
  twitter,
  whatsapp,
  'whatsapp-aws': whatsappAws,
};
