import type { Channel } from '#shared/model/channel';
import { allMessages, type ConsentChange } from '#shared/model/consent';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { optOutWordIn } from '#shared/opt-out-words';
import { filled } from './payload.ts';

/** The part of a message that is about consent. The message itself is passed on all the same. */
export interface OptOut {
  readonly metadata: OwnMetadata;
  readonly consent?: ConsentChange;
}

type Fields = ReadonlyMap<string, string>;

const states: ReadonlyMap<string, ConsentChange['state']> = new Map([
  ['STOP', 'revoked'],
  ['START', 'granted'],
]);

/** Characters of the customer's words that are kept as evidence. */
const maxEvidenceLength = 40;

/**
 * Reads the customer's word on our messages. `OptOutType` comes from Advanced Opt-Out, where Twilio has answered
 * already. Without it keywords are read, except on WhatsApp: Twilio has none there, and "cancel" is only a word. A
 * sentence that seems to ask for silence (`REVIEW`) changes no consent: a person judges it. `YES` opts in for some
 * numbers and is an ordinary answer for all, so it is not taken for a keyword.
 */
export function readOptOut(fields: Fields, channel: Channel, ourAddress: string): OptOut {
  const told = filled(fields, 'OptOutType')?.toUpperCase();
  const body = fields.get('Body') ?? '';
  if (told !== undefined) {
    const metadata = { optOut: told, optOutSource: 'OptOutType' };
    const evidence = evidenceOf(body) || `OptOutType ${told}`.slice(0, maxEvidenceLength);
    return { metadata, ...change(told, { source: 'provider', evidence, fields, ourAddress }) };
  }
  const word = channel === 'whatsapp' ? undefined : optOutWordIn(body);
  if (word === undefined) return { metadata: {} };
  if (word === 'REVIEW') return { metadata: { optOut: word, optOutSource: 'sentence' } };
  const metadata = { optOut: word, optOutSource: 'keyword' };
  const evidence = evidenceOf(body);
  return { metadata, ...change(word, { source: 'keyword', evidence, fields, ourAddress }) };
}

/**
 * The sender that a word is for. Twilio blocks a pair of numbers, or the customer and the whole Messaging Service where
 * the number belongs to one (messaging/guides/opt-out).
 */
function senderOf(fields: Fields, ourAddress: string): string {
  return filled(fields, 'MessagingServiceSid') ?? ourAddress;
}

function change(
  word: string,
  {
    fields,
    ourAddress,
    ...learnt
  }: Required<Pick<ConsentChange, 'source' | 'evidence'>> & {
    readonly fields: Fields;
    readonly ourAddress: string;
  },
): Pick<OptOut, 'consent'> {
  const state = states.get(word);
  if (state === undefined) return {};
  const sender = senderOf(fields, ourAddress);
  return { consent: { category: allMessages, state, ...learnt, sender } };
}

function evidenceOf(body: string): string {
  return body.trim().slice(0, maxEvidenceLength).toWellFormed();
}
