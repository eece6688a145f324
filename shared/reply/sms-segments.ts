import type { OwnMetadata } from '#shared/model/metadata-name';

/** The segments that carriers cut a text into, and bill one by one. */
export interface SmsSegments {
  readonly segments: number;
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** The first character that GSM-7 does not have, where there is one. */
  readonly ucs2Character?: string;
}

/** The basic characters of GSM 03.38, which take one septet each. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** The characters of its extension, which take two. */
const extension = new Set('^{}\\[~]|€\f');

/** Units of a text that fits one segment, and of each segment of a longer one: a header joins those. */
const gsm = { single: 160, each: 153 };
const ucs2 = { single: 70, each: 67 };

/**
 * Counts the segments of a text as it is written. One character outside of GSM-7 makes the whole text UCS-2, where
 * characters are UTF-16 units; no character is cut in two by the end of a segment.
 */
export function smsSegments(text: string): SmsSegments {
  const characters = [...text];
  const ucs2Character = characters.find((each) => !basic.has(each) && !extension.has(each));
  if (ucs2Character === undefined) {
    const septets = characters.map((each) => (extension.has(each) ? 2 : 1));
    return { segments: counted(septets, gsm), encoding: 'GSM-7' };
  }
  const units = characters.map((each) => each.length);
  return { segments: counted(units, ucs2), encoding: 'UCS-2', ucs2Character };
}

/** The segments of several messages together; what makes one of them UCS-2 is told. */
export function segmentsOfAll(texts: readonly string[]): SmsSegments {
  const all = texts.map(smsSegments);
  const segments = all.reduce((sum, each) => sum + each.segments, 0);
  const { encoding, ...reason } = all.find((each) => each.encoding === 'UCS-2') ??
    all[0] ?? {
      encoding: 'GSM-7' as const,
    };
  return { ...reason, segments, encoding };
}

/** Tells the segments of the texts of a reply, as `metadata` of its event has them; nothing where there is no text. */
export function segmentsToTell(texts: readonly string[]): OwnMetadata {
  if (texts.length === 0) return {};
  const { segments, ...counted } = segmentsOfAll(texts);
  return { ...counted, segments: `${segments}` };
}

function counted(sizes: readonly number[], { single, each }: typeof gsm): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= single) return 1;
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > each) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return segments;
}
