import type { MediaSource } from '#shared/connector/media';
import type { ConnectorId } from './declarations.ts';
import { mediaSource as whatsapp } from './whatsapp/media-source.ts';

/** Where files are fetched from: of the connectors that declare `fetchesMedia`, and of no other. */
export const mediaSources: Readonly<Partial<Record<ConnectorId, MediaSource>>> = { whatsapp };
