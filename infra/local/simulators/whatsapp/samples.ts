/** The kinds of files that a customer may send without having one. */
export const mediaKinds = ['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const;

export type MediaKind = (typeof mediaKinds)[number];

interface Sample {
  readonly contentType: string;
  readonly bytes: Buffer;
}

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';
const webpPixel = 'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==';
const pdf = '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
/** The first page of an Ogg stream with the header of Opus: one channel, 48 kHz. */
const ogg =
  'OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0';
const mp4 = '\0\0\0\x18ftypisom\0\0\x02\0isommp41\0\0\0\x08mdat';

const opus = { contentType: 'audio/ogg; codecs=opus', bytes: Buffer.from(ogg, 'latin1') };

/** A tiny file of each kind: the first bytes are right, so that a check of them finds the kind. */
export const samples: Readonly<Record<MediaKind, Sample>> = {
  image: { contentType: 'image/png', bytes: Buffer.from(pixel, 'base64') },
  video: { contentType: 'video/mp4', bytes: Buffer.from(mp4, 'latin1') },
  audio: opus,
  voice: opus,
  document: { contentType: 'application/pdf', bytes: Buffer.from(pdf, 'latin1') },
  sticker: { contentType: 'image/webp', bytes: Buffer.from(webpPixel, 'base64') },
};
