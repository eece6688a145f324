// Written by `npm run registries` from the folders beside it.
import type { ConnectorId } from '#connectors/declarations';
import { sample as awsSms } from './aws-sms/sample.ts';
import { sample as email } from './email/sample.ts';
import type { Sample } from './sample.ts';
import { sample as telegram } from './telegram/sample.ts';
import { sample as twilio } from './twilio/sample.ts';
import { sample as twitter } from './twitter/sample.ts';
import { sample as whatsapp } from './whatsapp/sample.ts';
import { sample as whatsappAws } from './whatsapp-aws/sample.ts';

/** Hold what is invented for each provider, without its simulator. */
export const samples: Readonly<Record<ConnectorId, Sample>> = {
  'aws-sms': awsSms,
  email,
  telegram,
  twilio,
  twitter,
  whatsapp,
  'whatsapp-aws': whatsappAws,
};
