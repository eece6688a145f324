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

/** The connectors whose files are fetched after the message. */
export type FetchingMedia = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { fetchesMedia: true } ? Id : never;
}[ConnectorId];

/** The connectors whose campaigns carry links that unsubscribe. */
export type UnsubscribingByLink = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { unsubscribesByLink: true } ? Id : never;
}[ConnectorId];

/** The connectors that can say why a webhook is refused. */
export type ExplainingWebhooks = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { explainsWebhooks: true } ? Id : never;
}[ConnectorId];

/** The connectors whose webhooks are registered through the API of the provider. */
export type RegisteringWebhooks = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { registersWebhooks: true } ? Id : never;
}[ConnectorId];

/** The connectors whose access tokens a person gets by signing in at the provider. */
export type IssuingTokens = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { issuesTokens: true } ? Id : never;
}[ConnectorId];

/** The connectors whose accounts may have access tokens that end. */
export type RefreshingTokens = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { refreshesTokens: true } ? Id : never;
}[ConnectorId];

export function isConnectorId(id: string): id is ConnectorId {
  return Object.hasOwn(declarations, id);
}
