// Written by `npm run registries` from the folders beside it.
import type { Parse } from '#shared/connector/parser';
import type { ReceivingBy } from './declarations.ts';
import { parse as email } from './email/parser.ts';

/** Read items with a mail beside them, which takes much code and memory: `normalize-mail` alone carries them. */
export const mailParsers: Readonly<Record<string, Parse>> = {
  email,
} satisfies Record<ReceivingBy<'mail'>, Parse>;
