import type { ChannelMessage } from '#shared/connector/channel-event';
import { filled } from './payload.ts';

type ChannelAttachment = ChannelMessage['attachments'][number];

/** Twilio sends ten at most ("NumMedia"); a number far above that is not one to believe. */
const maxAttachments = 100;

const kinds: ReadonlyMap<string, ChannelAttachment['kind']> = new Map([
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['application', 'document'],
  ['text', 'document'],
]);

/**
 * The files of a message. `NumMedia` says how many; `MediaUrl0` and the following are Twilio's own, to be fetched
 * later with the account's credentials. One whose URL is missing is told as failed, not left out.
 */
export function readAttachments(fields: ReadonlyMap<string, string>): readonly ChannelAttachment[] {
  const told = Number(fields.get('NumMedia') ?? 0);
  const count = Number.isInteger(told) ? Math.min(Math.max(told, 0), maxAttachments) : 0;
  return Array.from({ length: count }, (_, index) => {
    const url = filled(fields, `MediaUrl${index}`);
    const contentType = filled(fields, `MediaContentType${index}`) ?? 'application/octet-stream';
    const kind = kinds.get(contentType.split('/', 1)[0]?.toLowerCase() ?? '') ?? 'other';
    return url
      ? { kind, contentType, providerReference: url, state: 'pending' }
      : { kind, contentType, state: 'failed', error: `no MediaUrl${index} was given` };
  });
}
