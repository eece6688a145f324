import type { ChannelMessage } from '#shared/connector/channel-event';
import { allMessages } from '#shared/model/consent';

/**
 * The words that AWS reads as an opt-out ("Required opt-out keywords"), those with which a customer comes back, and the
 * one that asks for help, as `folded` writes them.
 */
const words: ReadonlyMap<string, 'STOP' | 'START' | 'HELP'> = new Map([
  ...['arret', 'cancel', 'end', 'optout', 'quit', 'remove', 'stop', 'td', 'unsubscribe'].map(
    (word) => [word, 'STOP'] as const,
  ),
  ...['start', 'unstop'].map((word) => [word, 'START'] as const),
  ['help', 'HELP'],
]);

/** The longest word, with room for spaces and signs around it. */
const maxLength = 40;

/**
 * Tells if a message is nothing but one of the words, in any case, with or without accents, signs around it and a space
 * or hyphen in it. The message is passed on all the same.
 */
export function readOptOut(
  text: string,
  sender: string,
): Pick<ChannelMessage, 'consent' | 'metadata'> {
  const word = text.length > maxLength ? undefined : words.get(folded(text));
  if (word === undefined) return { metadata: {} };
  const metadata = { optOut: word, optOutSource: 'keyword' };
  if (word === 'HELP') return { metadata };
  const state = word === 'STOP' ? 'revoked' : 'granted';
  const evidence = text.trim();
  const category = allMessages;
  return { metadata, consent: { category, state, evidence, source: 'keyword', sender } };
}

/** Letters and digits alone, in lower case and without accents. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}
