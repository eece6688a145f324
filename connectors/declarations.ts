import type { Declaration } from '#shared/connector/declaration';
import { declaration as email } from './email/declaration.ts';
import { declaration as twilio } from './twilio/declaration.ts';
import { declaration as twitter } from './twitter/declaration.ts';
import { declaration as whatsapp } from './whatsapp/declaration.ts';
import { declaration as whatsappAws } from './whatsapp-aws/declaration.ts';

/** Every connector this project speaks. A new one is a folder and a line here; the compiler names the other lines. */
export const declarations = {
  whatsapp,
  twilio,
  twitter,
  email,
  'whatsapp-aws': whatsappAws,
} satisfies Record<string, Declaration>;

export type ConnectorId = keyof typeof declarations;

export function isConnectorId(id: string): id is ConnectorId {
  return Object.hasOwn(declarations, id);
}
