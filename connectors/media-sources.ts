// Written by `npm run registries` from the folders beside it.
import type { MediaSource } from '#shared/connector/media';
import type { Declaring } from './declarations.ts';
import { mediaSource as telegram } from './telegram/media-source.ts';
import { mediaSource as twilio } from './twilio/media-source.ts';
import { mediaSource as twitter } from './twitter/media-source.ts';
import { mediaSource as whatsapp } from './whatsapp/media-source.ts';
import { mediaSource as whatsappAws } from './whatsapp-aws/media-source.ts';

/** Fetch the files of messages: of the connectors that declare `fetchesMedia`, and of no other. */
export const mediaSources: Readonly<Record<string, MediaSource>> = {
  telegram,
  twilio,
  twitter,
  whatsapp,
  'whatsapp-aws': whatsappAws,
} satisfies Record<Declaring<'fetchesMedia'>, MediaSource>;
