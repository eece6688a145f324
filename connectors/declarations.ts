// Written by `npm run registries` from the folders beside it.
import type { Declaration } from '#shared/connector/declaration';
import { declaration as awsSms } from './aws-sms/declaration.ts';
import { declaration as email } from './email/declaration.ts';
import { declaration as telegram } from './telegram/declaration.ts';
import { declaration as twilio } from './twilio/declaration.ts';
import { declaration as twitter } from './twitter/declaration.ts';
import { declaration as whatsapp } from './whatsapp/declaration.ts';
import { declaration as whatsappAws } from './whatsapp-aws/declaration.ts';

/** Every connector of this project. */
export const declarations = {
  'aws-sms': awsSms,
  email,
  telegram,
  twilio,
  twitter,
  whatsapp,
  'whatsapp-aws': whatsappAws,
} satisfies Record<string, Declaration>;

export type ConnectorId = keyof typeof declarations;

/** The connectors whose messages come in this way. */
export type ReceivingBy<Way extends Declaration['receives']> = {
  [Id in ConnectorId]: (typeof declarations)[Id]['receives'] extends Way ? Id : never;
}[ConnectorId];

/** The connectors whose declaration says so: `Declaring<'fetchesMedia'>`. */
export type Declaring<Fact extends keyof Declaration> = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends Readonly<Record<Fact, true>> ? Id : never;
}[ConnectorId];

export function isConnectorId(id: string): id is ConnectorId {
  return Object.hasOwn(declarations, id);
}
