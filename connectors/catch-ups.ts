// Written by `npm run registries` from the folders beside it.
import type { CatchUp } from '#shared/connector/catch-up';
import type { Declaring } from './declarations.ts';
import { catchUp as twitter } from './twitter/catch-up.ts';

/** Read what webhooks have not brought: of the connectors that declare `catchesUp`; one function carries them. */
export const catchUps: Readonly<Record<string, CatchUp>> = {
  twitter,
} satisfies Record<Declaring<'catchesUp'>, CatchUp>;
