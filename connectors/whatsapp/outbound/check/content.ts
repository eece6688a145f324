import { limits } from '#connectors/whatsapp/outbound/limits';
import {
  contentTypes,
  type MediaContent,
  mediaKind,
} from '#connectors/whatsapp/outbound/media-kinds';
import { nameOnCard } from '#connectors/whatsapp/outbound/render-contacts';
import { firstOf, invalidReply, type ReplyProblem } from '#shared/connector/reply-problem';
import { bareContentType } from '#shared/media/bare-content-type';
import type { ReplyContent } from '#shared/model/reply-content';
import { checkButtons, checkLinkButton, checkList } from './interactive.ts';
import { tooLong, tooMany } from './problems.ts';
import { checkTemplate } from './template.ts';

/**
 * Finds the first known limit of Meta that a reply exceeds, by name, with what was given. Sizes of files are known only
 * when they are read (functions/send). Undefined when there is no problem.
 */
export function checkContent(content: ReplyContent): ReplyProblem | undefined {
  switch (content.type) {
    case 'media':
      return checkMedia(content);
    case 'location':
      return checkLocation(content);
    case 'contacts':
      return checkContacts(content);
    case 'buttons':
      return checkButtons(content);
    case 'list':
      return checkList(content);
    case 'link_button':
      return checkLinkButton(content);
    case 'template':
      return checkTemplate(content);
    case 'reaction':
      return checkReaction(content);
    case 'text':
      // A longer one is cut by `render`, which says when it cannot.
      return undefined;
  }
}

type ContactsContent = Extract<ReplyContent, { type: 'contacts' }>;

function checkContacts({ contacts }: ContactsContent): ReplyProblem | undefined {
  return firstOf([
    contacts.length === 0 ? invalidReply('contacts is empty') : undefined,
    tooMany('contacts', contacts.length, limits.contacts),
    ...contacts.map(checkCard),
  ]);
}

function checkCard(
  card: ContactsContent['contacts'][number],
  index: number,
): ReplyProblem | undefined {
  if (nameOnCard(card) === undefined) return invalidReply(`contacts[${index}] names nobody`);
  const { phones, emails } = card;
  if (phones.includes('')) return invalidReply(`contacts[${index}].phones holds an empty one`);
  return emails.includes('')
    ? invalidReply(`contacts[${index}].emails holds an empty one`)
    : undefined;
}

type LocationContent = Extract<ReplyContent, { type: 'location' }>;

function checkLocation({
  latitude,
  longitude,
  name,
  address,
}: LocationContent): ReplyProblem | undefined {
  return firstOf([
    beyond('latitude', latitude, 90),
    beyond('longitude', longitude, 180),
    name === '' ? invalidReply('name is empty') : undefined,
    address === '' ? invalidReply('address is empty') : undefined,
  ]);
}

function beyond(field: string, degrees: number, limit: number): ReplyProblem | undefined {
  if (Math.abs(degrees) <= limit) return undefined;
  const title = `${field} is ${degrees}; allowed: ${-limit} to ${limit}`;
  return { code: 'limit_exceeded', title };
}

/** Checks a file before it is read; its address is checked for every channel alike (shared/command/json-body.ts). */
function checkMedia(content: MediaContent): ReplyProblem | undefined {
  const { caption, contentType, fileName, providerMediaId, voice } = content;
  const kind = mediaKind(contentType);
  if (!kind) {
    const allowed = contentTypes.join(', ');
    return unsupported(`contentType is "${contentType}"; WhatsApp takes ${allowed}`);
  }
  const { type } = kind;
  return firstOf([
    checkMediaId(providerMediaId),
    type === 'document' ? checkFileName(fileName) : undefined,
    caption !== undefined && (type === 'audio' || type === 'sticker')
      ? unsupported(`caption is given, and WhatsApp shows none with content of type ${type}`)
      : tooLong('caption', caption, limits.caption),
    voice && bareContentType(contentType) !== 'audio/ogg'
      ? unsupported(`voice is given with "${contentType}"; WhatsApp's voice messages are audio/ogg`)
      : undefined,
  ]);
}

function checkMediaId(id: string | undefined): ReplyProblem | undefined {
  if (id === undefined || /^\d{1,32}$/.test(id)) return undefined;
  return invalidReply(`providerMediaId is "${id.slice(0, 40)}"; Meta's ids are digits`);
}

/** Only a document shows its name. */
function checkFileName(fileName: string | undefined): ReplyProblem | undefined {
  if (fileName === '') return invalidReply('fileName is empty');
  return tooLong('fileName', fileName, limits.fileName);
}

function unsupported(title: string): ReplyProblem {
  return { code: 'content_not_supported', title };
}

type ReactionContent = Extract<ReplyContent, { type: 'reaction' }>;

const segmenter = new Intl.Segmenter();
const emojiPattern = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

/** One emoji, or nothing to take the reaction back (messages/reaction-messages). */
function checkReaction({ emoji }: ReactionContent): ReplyProblem | undefined {
  if (emoji === '') return undefined;
  const isOne = [...segmenter.segment(emoji)].length === 1 && emojiPattern.test(emoji);
  if (isOne) return undefined;
  return invalidReply(`emoji is "${emoji.slice(0, 20).toWellFormed()}"; WhatsApp takes one emoji`);
}
