import { mailParsers } from '#connectors/mail-parsers';
import { normalizeHandler } from './lane.ts';

/** Normalize for mails: the same code with the parsers that read mails, in a bundle of its own. */
export const handler = normalizeHandler({ mail: mailParsers });
