import type { ChannelMessage } from '#shared/connector/channel-event';
import { allMessages } from '#shared/model/consent';
import { type OptOutWord, optOutWordIn } from '#shared/opt-out-words';

/** Characters of the customer's words that are kept as evidence. */
const maxEvidenceLength = 40;

/** Words that AWS itself reads as an opt-out ("Required opt-out keywords"), beside those of every channel. */
const ownWords = /^[^\p{L}\p{N}]*(?:td|remove)[^\p{L}\p{N}]*$/iu;

/** A message and the keyword that AWS has found at its beginning. */
interface Words {
  readonly text: string;
  readonly keyword?: string | undefined;
}

/**
 * Tells if a message is nothing but a word that stops or allows messages, or asks for help. The message is passed on all
 * the same. A sentence that seems to ask for silence (`REVIEW`) changes no consent: a person judges it. So does a message that only begins with
 * a word that stops messages: AWS has put the customer on its list for that word.
 */
export function readOptOut(
  { text, keyword = '' }: Words,
  sender: string,
): Pick<ChannelMessage, 'consent' | 'metadata'> {
  const word = wordIn(text);
  if (word === undefined && wordIn(keyword) === 'STOP') {
    return { metadata: { optOut: 'REVIEW', optOutSource: 'messageKeyword' } };
  }
  if (word === undefined) return { metadata: {} };
  if (word === 'REVIEW') return { metadata: { optOut: word, optOutSource: 'sentence' } };
  const metadata = { optOut: word, optOutSource: 'keyword' };
  if (word === 'HELP') return { metadata };
  const state = word === 'STOP' ? 'revoked' : 'granted';
  const evidence = text.trim().slice(0, maxEvidenceLength).toWellFormed();
  const category = allMessages;
  return { metadata, consent: { category, state, evidence, source: 'keyword', sender } };
}

function wordIn(text: string): OptOutWord | undefined {
  return ownWords.test(text) ? 'STOP' : optOutWordIn(text);
}
