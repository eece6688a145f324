import type { Conversation } from '#shared/model/conversation';
import type { Event } from '#shared/model/event';
import { authorOf, customerOf, delayOf, errorsOf, messageLine, partsOf } from './describe.ts';
import { participantsOf } from './mail-words.ts';
import { clockTime, oneLine, type Terminal } from './terminal.ts';

const typeWidth = 'conversation.reopened'.length;
const channelWidth = 'whatsapp'.length;
/** Long enough for the reasons of every part of a reply; the texts of people are cut before. */
const maxCharacters = 4000;
/** Enough of an id for `show` and `reply` to know it by. */
const shortId = 'cnv_'.length + 8;

/** One event as a line for a person: when, what, where, and what it says. */
export function eventLine(event: Event, { paint }: Pick<Terminal, 'paint'>): string {
  const type = event.type.replace(/^switchboard\./, '').replace(/\.v\d+$/, '');
  const colour = colours.find(([pattern]) => pattern.test(type))?.[1] ?? 'dim';
  return [
    clockTime(event.time),
    (event.channel ?? '-').padEnd(channelWidth),
    paint(colour, type.padEnd(typeWidth)),
    (event.subject ?? '-').slice(0, shortId).padEnd(shortId),
    oneLine(summaryOf(event), maxCharacters),
  ].join('  ');
}

const colours = [
  [/received$/, 'cyan'],
  [/(?:failed|uncertain|alert)$/, 'red'],
  [/(?:accepted|sent|delivered|read)$/, 'green'],
] as const;

function summaryOf(event: Event): string {
  const number = event.sequence === undefined ? '' : `#${event.sequence}`;
  switch (event.type) {
    case 'switchboard.message.received.v1':
    case 'switchboard.message.accepted.v1': {
      const { message } = event.data;
      return `${number} ${authorOf(message)}: ${messageLine(message)}`;
    }
    case 'switchboard.message.updated.v1':
      return `${number} now: ${oneLine(event.data.text)}`;
    case 'switchboard.message.deleted.v1':
      return number;
    case 'switchboard.message.delayed.v1':
      return `${number} ${delayOf(event.data)}`;
    case 'switchboard.attachment.updated.v1': {
      const { kind, state, error } = event.data.attachment;
      return [number, kind, state, error].filter(Boolean).join(' ');
    }
    case 'switchboard.contact.updated.v1':
      return `${event.data.reason}: ${event.data.identities.map(({ address }) => address).join(', ')}`;
    case 'switchboard.consent.changed.v1':
      return `${event.data.category}: ${event.data.state} (${event.data.evidence})`;
    case 'switchboard.reaction.added.v1':
    case 'switchboard.reaction.removed.v1':
      return `${number} ${authorOf(event.data)} ${event.data.emoji}`;
    case 'switchboard.conversation.opened.v1':
    case 'switchboard.conversation.reopened.v1':
      return openingOf(event.data.conversation);
    case 'switchboard.channel.alert.v1':
      return `${event.data.code}: ${event.data.title}`;
    default:
      return statusSummary(number, event.data);
  }
}

/** The customer, the others who take part, and the conversation that the first message named without a right to it. */
function openingOf(conversation: Conversation): string {
  const others = participantsOf(conversation);
  const { relatedConversationId: related } = conversation;
  return [
    customerOf(conversation),
    ...(others === undefined ? [] : [`with ${others}`]),
    ...(related === undefined ? [] : [`related to ${related}`]),
  ].join(', ');
}

function statusSummary(
  number: string,
  { replyId, errors, parts }: Extract<Event, { type: 'switchboard.message.sent.v1' }>['data'],
): string {
  const command = replyId ? `reply ${replyId}` : 'command without a replyId';
  const about = number === '' ? command : number;
  const each = partsOf(parts).map((part) => `; ${part}`);
  return [about, errorsOf(errors) + each.join('')].filter(Boolean).join(' ');
}
