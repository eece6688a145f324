// Written by `npm run registries` from the folders beside it.
import type { Parse } from '#shared/connector/parser';
import type { ReceivingBy } from './declarations.ts';
import { parse as email } from './email/status-parser.ts';

/** Read the delivery statuses of connectors that receive mail, without the code that reads mails. */
export const statusParsers: Readonly<Record<string, Parse>> = {
  email,
} satisfies Record<ReceivingBy<'mail'>, Parse>;
