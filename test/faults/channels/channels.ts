import type { ConnectorName, FaultChannel } from './channel.ts';
import { email } from './email.ts';
import { twilio } from './twilio.ts';
import { twitter } from './twitter.ts';
import { whatsapp } from './whatsapp.ts';

/** Every provider that the harness plays. */
export const channels: Readonly<Record<ConnectorName, FaultChannel>> = {
  whatsapp,
  twilio,
  twitter,
  email,
};

/** Those whose webhooks come through a door of ours. */
export const callingConnectors = (['whatsapp', 'twilio', 'twitter'] as const).filter(
  (name) => channels[name].sign !== undefined,
);
