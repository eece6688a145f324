// Written by `npm run registries` from the folders beside it.
import type { Registration } from '#shared/connector/registration';
import type { Declaring } from './declarations.ts';
import { registration as twitter } from './twitter/registration.ts';

/** Register webhooks through the API of the provider: of the connectors that declare `registersWebhooks`. */
export const registrations: Readonly<Record<string, Registration>> = {
  twitter,
} satisfies Record<Declaring<'registersWebhooks'>, Registration>;
