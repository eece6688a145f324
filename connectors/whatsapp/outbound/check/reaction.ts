import type { ReplyComplaint } from '#shared/connector/reply-complaint';
import type { ReplyContent } from '#shared/model/reply-content';
import { invalid } from './complaints.ts';

type ReactionContent = Extract<ReplyContent, { type: 'reaction' }>;

const segmenter = new Intl.Segmenter();
const emojiPattern = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

/** One emoji, or nothing to take the reaction back (messages/reaction-messages). */
export function checkReaction({ emoji }: ReactionContent): ReplyComplaint | undefined {
  if (emoji === '') return undefined;
  const isOne = [...segmenter.segment(emoji)].length === 1 && emojiPattern.test(emoji);
  if (isOne) return undefined;
  return invalid(`emoji is "${emoji.slice(0, 20).toWellFormed()}"; WhatsApp takes one emoji`);
}
