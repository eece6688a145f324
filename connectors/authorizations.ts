// Written by `npm run registries` from the folders beside it.
import type { Authorization } from '#shared/connector/authorization';
import type { Declaring } from './declarations.ts';
import { authorization as twitter } from './twitter/authorization.ts';

/** Get access tokens of accounts: of the connectors that declare `issuesTokens`. */
export const authorizations: Readonly<Record<string, Authorization>> = {
  twitter,
} satisfies Record<Declaring<'issuesTokens'>, Authorization>;
