import type { ChannelMessage } from '#shared/connector/channel-event';
import { allMessages } from '#shared/model/consent';
import { optOutWordIn } from '#shared/opt-out-words';

/** Characters of the customer's words that are kept as evidence. */
const maxEvidenceLength = 40;

/** Words that AWS itself reads as an opt-out ("Required opt-out keywords"), beside those of every channel. */
const ownWords = /^[^\p{L}\p{N}]*(?:td|remove)[^\p{L}\p{N}]*$/iu;

/**
 * Tells if a message is nothing but a word that stops or allows messages, or asks for help. The message is passed on all
 * the same. A sentence that seems to ask for silence (`REVIEW`) changes no consent: a person judges it.
 */
export function readOptOut(
  text: string,
  sender: string,
): Pick<ChannelMessage, 'consent' | 'metadata'> {
  const word = ownWords.test(text) ? 'STOP' : optOutWordIn(text);
  if (word === undefined) return { metadata: {} };
  if (word === 'REVIEW') return { metadata: { optOut: word, optOutSource: 'sentence' } };
  const metadata = { optOut: word, optOutSource: 'keyword' };
  if (word === 'HELP') return { metadata };
  const state = word === 'STOP' ? 'revoked' : 'granted';
  const evidence = text.trim().slice(0, maxEvidenceLength).toWellFormed();
  const category = allMessages;
  return { metadata, consent: { category, state, evidence, source: 'keyword', sender } };
}
