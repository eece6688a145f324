import type { Channel } from '#shared/model/channel';

const megabyte = 1_000_000;

/** The files of one of Twilio's channels ("Accepted content types for media"). */
export interface MediaLimits {
  readonly maxSizeBytes: number;
  readonly contentTypes: readonly string[];
  /** The content types with which a caption arrives: with all others it would be dropped or come as its own message. */
  readonly captioned: readonly string[];
}

const pictures = ['image/jpeg', 'image/jpg', 'image/png'];
const office = [
  ...['application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint'],
  ...['presentationml.presentation', 'spreadsheetml.sheet', 'wordprocessingml.document'].map(
    (kind) => `application/vnd.openxmlformats-officedocument.${kind}`,
  ),
];

/** Pictures are resized for the phone; the rest is passed on as it is. */
const mms = [
  ...[...pictures, 'image/gif', 'image/heic', 'image/heif', 'image/tiff', 'image/bmp'],
  ...['video/mp4', 'video/mpeg', 'video/quicktime', 'video/webm', 'video/3gpp', 'video/3gpp2'],
  ...['video/h263', 'video/h264', 'audio/basic', 'audio/l24', 'audio/mp4', 'audio/mpeg'],
  ...['audio/ogg', 'audio/aac', 'audio/3gpp', 'audio/3gpp2', 'audio/ac3', 'audio/webm'],
  ...['audio/amr', 'audio/amr-nb', 'audio/vnd.wave', 'text/vcard', 'text/x-vcard', 'text/csv'],
  ...['text/rtf', 'text/richtext', 'text/calendar', 'text/directory', 'application/pdf'],
  ...['application/vcard', 'application/vnd.apple.pkpass', ...office],
];

const limits: Readonly<Partial<Record<Channel, MediaLimits>>> = {
  sms: { maxSizeBytes: 5 * megabyte, contentTypes: mms, captioned: mms },
  whatsapp: {
    maxSizeBytes: 16 * megabyte,
    contentTypes: [
      ...[...pictures, 'image/webp', 'video/mp4', 'audio/ogg', 'audio/amr', 'audio/3gpp'],
      ...['audio/aac', 'audio/mpeg', 'audio/mp4', 'application/pdf', ...office, 'text/vcard'],
    ],
    captioned: [...pictures, 'video/mp4'],
  },
  /** "For RCS, text can only be combined with media as part of a rich card." */
  rcs: {
    maxSizeBytes: 16 * megabyte,
    contentTypes: [
      ...pictures,
      'image/gif',
      'video/mp4',
      'video/mpeg',
      'video/webm',
      'application/pdf',
    ],
    captioned: [],
  },
};

/** The files that a channel takes; none on a channel that Twilio does not have. */
export function mediaLimits(channel: Channel): MediaLimits {
  return limits[channel] ?? { maxSizeBytes: 0, contentTypes: [], captioned: [] };
}

/**
 * Tells if a sender surely cannot send MMS: a sender name, or a number outside the United States, Canada and Australia,
 * the only countries where Twilio has MMS numbers. `+1` has more countries than two, so it is not sure of those.
 */
export function cannotSendMms(address: string): boolean {
  if (address.startsWith('+')) return !/^\+(1|61)\d/.test(address);
  return !/^\d+$/.test(address);
}
