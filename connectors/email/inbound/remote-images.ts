import type { Message } from '#shared/model/message';
import { type Attributes, readTags } from './html-tags.ts';
import { webAddress } from './web-address.ts';

/** An image that a mail would load from the web. */
type RemoteImage = NonNullable<Message['remoteImages']>[number];

/** The list stands in the message: so many addresses, and so many letters of them, at most. */
const maxImages = 100;
const maxLetters = 20_000;

/** The attributes of an element that name one image. `background` does on any. */
const sources: Readonly<Record<string, readonly string[]>> = {
  img: ['src'],
  input: ['src'],
  video: ['poster'],
  image: ['href', 'xlink:href'],
  // Outlook's own drawings.
  'v:image': ['src'],
  'v:fill': ['src'],
  'v:imagedata': ['src'],
};

const inStyle = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))/gi;
/** An image that is one pixel small, or not shown at all, is there to be counted. */
const unseenSize = /^\s*0*[01](?:px)?\s*$/i;
const unseenStyle =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$)|(?:max-)?(?:width|height)\s*:\s*[01](?:px)?\s*(?:!|;|$))/i;

/** Lists the images that an HTML body would load from the web: pictures, backgrounds and trackers, each once. */
export function readRemoteImages(html: string): RemoteImage[] {
  const found = new Map<string, RemoteImage>();
  let letters = 0;
  let isStyle = false;
  const add = (address: string, isTracker: boolean) => {
    const url = webAddress(address);
    if (url === undefined || found.has(url) || found.size >= maxImages) return;
    letters += url.length;
    if (letters <= maxLetters) found.set(url, { url, ...(isTracker ? { tracker: true } : {}) });
  };
  readTags(html, {
    open: (name, attributes) => {
      isStyle = name === 'style';
      for (const address of addressesOf(name, attributes)) add(address, isUnseen(name, attributes));
    },
    close: () => {
      isStyle = false;
    },
    text: (text) => {
      if (isStyle) for (const address of addressesInStyle(withoutFonts(text))) add(address, false);
    },
  });
  return [...found.values()];
}

function addressesOf(name: string, attributes: Attributes): string[] {
  if (attributes.size === 0) return [];
  const named = [...(sources[name] ?? []), 'background'].map((each) => attributes.get(each) ?? '');
  const sets = name === 'img' || name === 'source' ? (attributes.get('srcset') ?? '') : '';
  return [
    ...named,
    ...sets.split(/,\s/).map((each) => each.trim().split(/\s/, 1)[0] ?? ''),
    ...addressesInStyle(attributes.get('style') ?? ''),
  ];
}

function addressesInStyle(style: string): string[] {
  return [...style.matchAll(inStyle)].map(([, double, single, plain]) => {
    return double ?? single ?? plain ?? '';
  });
}

function withoutFonts(style: string): string {
  const [first = '', ...fonts] = style.split(/@font-face/i);
  return [first, ...fonts.map((each) => each.slice(each.indexOf('}')))].join(' ');
}

function isUnseen(name: string, attributes: Attributes): boolean {
  const sizes = [attributes.get('width'), attributes.get('height')];
  const isTiny = sizes.some((size) => size !== undefined && unseenSize.test(size));
  return name === 'img' && (isTiny || unseenStyle.test(attributes.get('style') ?? ''));
}
