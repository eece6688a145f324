/** The kinds of files that X has; it turns GIFs into silent films. */
export type FileType = 'photo' | 'video' | 'animated_gif';

interface Rule {
  readonly type: FileType;
  readonly contentTypes: readonly string[];
  readonly maxBytes: number;
  /** The number that begins a media key. */
  readonly keyPrefix: string;
}

const megabyte = 1024 * 1024;

const image: Omit<Rule, 'keyPrefix'> = {
  type: 'photo',
  contentTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/pjpeg', 'image/tiff'],
  maxBytes: 5 * megabyte,
};
const gif: Omit<Rule, 'keyPrefix'> = {
  type: 'animated_gif',
  contentTypes: ['image/gif'],
  maxBytes: 15 * megabyte,
};
const video: Omit<Rule, 'keyPrefix'> = {
  type: 'video',
  contentTypes: ['video/mp4', 'video/quicktime', 'video/webm', 'video/mp2t'],
  maxBytes: 512 * megabyte,
};

/** The limits of a file, by its category (docs.x.com, media best practices). */
export const categories = {
  tweet_image: { ...image, keyPrefix: '3' },
  tweet_gif: { ...gif, keyPrefix: '16' },
  tweet_video: { ...video, keyPrefix: '7' },
  dm_image: { ...image, keyPrefix: '3' },
  dm_gif: { ...gif, keyPrefix: '16' },
  dm_video: { ...video, keyPrefix: '7' },
} as const satisfies Readonly<Record<string, Rule>>;

export type Category = keyof typeof categories;

export const categoryNames = Object.keys(categories) as [Category, ...Category[]];

/** The reason why X refuses a file of this category, if it does. */
export function refusalOf(
  category: Category,
  contentType: string,
  totalBytes: number,
): string | undefined {
  const rule: Rule = categories[category];
  if (!rule.contentTypes.includes(contentType)) {
    return `media_type ${contentType} is not allowed for media_category ${category}`;
  }
  if (totalBytes > rule.maxBytes) {
    return `File size exceeds ${rule.maxBytes} bytes.`;
  }
  return totalBytes === 0 ? 'total_bytes: must be greater than 0' : undefined;
}

/** Seconds for which an uploaded file can be attached. */
export const uploadLifeSeconds = 24 * 3600;
/** The largest part of an upload. */
export const maxPartBytes = 5 * megabyte;
