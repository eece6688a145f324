// Written by `npm run registries` from the folders beside it.
import type { UnsubscribeLink } from '#shared/connector/unsubscribe-link';
import type { Declaring } from './declarations.ts';
import { unsubscribeLink as email } from './email/unsubscribe-link.ts';

/** Read the links that unsubscribe; a function carries one of them (infra/build/entries.ts). */
export const unsubscribeLinks: Readonly<Record<string, UnsubscribeLink>> = {
  email,
} satisfies Record<Declaring<'unsubscribesByLink'>, UnsubscribeLink>;
