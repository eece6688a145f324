// Written by `npm run registries` from the folders beside it.
import type { ConnectorId } from '#connectors/declarations';
import { simulator as awsSms } from './aws-sms/simulator.ts';
import { simulator as email } from './email/simulator.ts';
import type { Simulator } from './simulator.ts';
import { simulator as telegram } from './telegram/simulator.ts';
import { simulator as twilio } from './twilio/simulator.ts';
import { simulator as twitter } from './twitter/simulator.ts';
import { simulator as whatsapp } from './whatsapp/simulator.ts';
import { simulator as whatsappAws } from './whatsapp-aws/simulator.ts';

/** Play the providers on the local stack. */
export const simulators: Readonly<Record<ConnectorId, Simulator>> = {
  'aws-sms': awsSms,
  email,
  telegram,
  twilio,
  twitter,
  whatsapp,
  'whatsapp-aws': whatsappAws,
};
