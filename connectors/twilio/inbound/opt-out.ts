import type { Channel } from '#shared/model/channel';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { filled } from './payload.ts';

/** Twilio's default keywords for long codes, each alone in the message, in any case (messaging/guides/opt-out). */
const keywords: ReadonlyMap<string, string> = new Map([
  ['STOP', 'STOP'],
  ['STOPALL', 'STOP'],
  ['UNSUBSCRIBE', 'STOP'],
  ['CANCEL', 'STOP'],
  ['END', 'STOP'],
  ['QUIT', 'STOP'],
  ['REVOKE', 'STOP'],
  ['OPTOUT', 'STOP'],
  ['START', 'START'],
  ['UNSTOP', 'START'],
  ['HELP', 'HELP'],
  ['INFO', 'HELP'],
]);

/**
 * Tells if the message changes the customer's consent, as metadata beside the message, which is passed on all the same.
 * `OptOutType` comes from Advanced Opt-Out, where Twilio has answered already. Without it Twilio still blocks on its
 * keywords, but not on WhatsApp: there "cancel" is only a word. `YES` opts in for some numbers and is an ordinary
 * answer for all, so it is not taken for a keyword.
 */
export function readOptOut(fields: ReadonlyMap<string, string>, channel: Channel): OwnMetadata {
  const told = filled(fields, 'OptOutType');
  if (told !== undefined) return { optOut: told.toUpperCase(), optOutSource: 'OptOutType' };
  if (channel === 'whatsapp') return {};
  const keyword = keywords.get((fields.get('Body') ?? '').trim().toUpperCase());
  return keyword === undefined ? {} : { optOut: keyword, optOutSource: 'keyword' };
}
