import type { ChannelUpdate, Customer } from '#shared/connector/channel-event';
import { filled } from './payload.ts';

/** At least one pictogram, and nothing that is a letter, a digit of its own, or a blank. */
const emojiOnly = /^(?=.*\p{Extended_Pictographic}|.*\p{Regional_Indicator})[^\p{L}\s]{1,40}$/u;

/**
 * A WhatsApp customer's reaction to one of our messages, where Twilio says which message and which emoji. Its documentation
 * is silent on reactions, and an empty one has been seen (tactilenews/100eyes#1383); whatever lacks one of the two stays
 * a message, as `unsupported` with all parameters.
 */
export function readReaction(
  fields: ReadonlyMap<string, string>,
  customer: Customer,
): ChannelUpdate | undefined {
  if (filled(fields, 'MessageType')?.toLowerCase() !== 'reaction') return undefined;
  const target = filled(fields, 'OriginalRepliedMessageSid');
  const emoji = (fields.get('Body') ?? '').trim();
  const id = filled(fields, 'MessageSid');
  if (target === undefined || id === undefined || !emojiOnly.test(emoji)) return undefined;
  return { kind: 'reaction', id, target: { providerMessageId: target }, emoji, customer };
}
