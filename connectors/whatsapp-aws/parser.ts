import { parse as parseMeta } from '#connectors/whatsapp/parser';
import type { Parse } from '#shared/connector/parser';

/** Reads Meta's own entries: AWS carries them as they are. */
export const parse: Parse = parseMeta;
