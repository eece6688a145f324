import * as z from 'zod';
import { upTo } from './lengths.ts';

/** A file Meta has, or one it is to fetch (reference/media). */
export const source = {
  id: z
    .string()
    .regex(/^\d{1,32}$/)
    .optional(),
  link: z.url({ protocol: /^https?$/ }).optional(),
};

interface Source {
  readonly id?: string | undefined;
  readonly link?: string | undefined;
}

export function hasOneSource({ id, link }: Source): boolean {
  return (id === undefined) !== (link === undefined);
}

export const oneSource = { error: 'exactly one of id and link is needed' };

const caption = upTo(1024).optional();
const filename = z.string().min(1).max(240).optional();

/** Members beside the file: only a document has a name, neither a sound nor a sticker has a caption. */
export const Picture = z.strictObject({ ...source, caption }).refine(hasOneSource, oneSource);
export const Sticker = z.strictObject(source).refine(hasOneSource, oneSource);
export const Document = z
  .strictObject({ ...source, caption, filename })
  .refine(hasOneSource, oneSource);
/** `voice` shows it as a voice message: Ogg with Opus, mono. */
export const Sound = z
  .strictObject({ ...source, voice: z.boolean().optional() })
  .refine(hasOneSource, oneSource);

const mediaKeys = new Set(['image', 'video', 'audio', 'document', 'sticker']);

interface MediaUse {
  /** As Meta names it in a refusal: `image['id']`. */
  readonly param: string;
  readonly id: string;
}

/** Every media id a message shows: in its content, in a header, in a parameter of a template. */
export function mediaUses(value: unknown, path = '', key = ''): readonly MediaUse[] {
  if (typeof value !== 'object' || value === null) return [];
  const { id } = value as { readonly id?: unknown };
  const own = mediaKeys.has(key) && typeof id === 'string' ? [{ param: `${path}['id']`, id }] : [];
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const step = Array.isArray(value) ? `[${name}]` : path === '' ? name : `['${name}']`;
    return mediaUses(member, `${path}${step}`, name);
  });
  return [...own, ...inner];
}
