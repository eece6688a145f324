import * as z from 'zod';
import type { State } from '#infra/local/simulators/twitter/state';
import type { NewFile } from './files.ts';
import { categories, type FileType } from './rules.ts';

const jpeg =
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=';
const mp4 = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41\0\0\0\x08mdat', 'latin1');

/** The kinds of files that a customer can send; a GIF is a silent film at X, a voice message one without a picture. */
const kinds = {
  image: { type: 'photo', contentType: 'image/jpeg', bytes: Buffer.from(jpeg, 'base64') },
  video: { type: 'video', contentType: 'video/mp4', bytes: mp4 },
  gif: { type: 'animated_gif', contentType: 'video/mp4', bytes: mp4 },
  voice: { type: 'video', contentType: 'video/mp4', bytes: mp4 },
} as const satisfies Readonly<
  Record<string, { type: FileType; contentType: string; bytes: Buffer }>
>;

/** One file of a customer's message; a tiny one of its kind where no bytes are given. */
export const InboundMedia = z.strictObject({
  kind: z.enum(Object.keys(kinds) as [keyof typeof kinds, ...(keyof typeof kinds)[]]),
  base64: z.base64().optional(),
  contentType: z.string().min(1).optional(),
  altText: z.string().min(1).max(1000).optional(),
});
export type InboundMedia = z.output<typeof InboundMedia>;

export function newFile(media: InboundMedia, at: Date, state: State): NewFile {
  const { kind, base64, contentType, altText } = media;
  const sample = kinds[kind];
  const mediaId = state.nextId(at);
  const rule = Object.values(categories).find(({ type }) => type === sample.type);
  return {
    ...{ mediaId, key: `${rule?.keyPrefix}_${mediaId}`, type: sample.type },
    isVoice: kind === 'voice',
    contentType: contentType ?? sample.contentType,
    bytes: base64 === undefined ? sample.bytes : Buffer.from(base64, 'base64'),
    ...(altText === undefined ? {} : { altText }),
  };
}
