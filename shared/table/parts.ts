import {
  type DeliveryStatus,
  type MessagePart,
  statusRank,
  unsentRank,
} from '#shared/model/delivery-status';
import type { EntryState, PartState } from './state.ts';

/** A part as it is listed; `open` while nothing but our own sending tells how far it is. */
export type ListedPart = PartState & { readonly open?: true };

/** The number of messages a reply goes out in; known from the first lease on. */
export function partCount({ delivery }: EntryState): number {
  return delivery?.parts ?? 1;
}

/** True when parts are told apart: several messages, or members of a group that a status has named. */
export function hasParts(entry: EntryState, parts: readonly PartState[]): boolean {
  return partCount(entry) > 1 || parts.some(({ recipient }) => recipient !== undefined);
}

/** The parts of which something is known. A single message is its own and only part. */
export function knownParts(entry: EntryState): readonly PartState[] {
  if (entry.parts !== undefined || partCount(entry) > 1) return entry.parts ?? [];
  const { status, statusRank: rank, errors = [], providerMessageId } = entry;
  if (status === undefined || statusRank[status] < statusRank.uncertain) return [];
  return [
    {
      part: 0,
      status,
      errors,
      ...(providerMessageId === undefined ? {} : { providerMessageId }),
      ...(rank === unsentRank ? { unsent: 'refused' as const } : {}),
    },
  ];
}

/**
 * Every part of a message in order: of a message into a group the members that a status has named, and the message
 * itself only where it failed as a whole.
 */
export function listedParts(entry: EntryState, parts: readonly PartState[]): ListedPart[] {
  const numbers = Array.from({ length: partCount(entry) }, (_, part) => part);
  return numbers.flatMap((part): ListedPart[] => {
    const own = parts.filter((each) => each.part === part);
    const whole = own.find(({ recipient }) => recipient === undefined);
    const members = own.filter(({ recipient }) => recipient !== undefined).sort(byRecipient);
    if (members.length === 0) {
      return [whole ?? { part, status: openStatus(entry, part), errors: [], open: true }];
    }
    return whole?.status === 'failed' ? [...members, whole] : members;
  });
}

/** The parts as consumers see them; undefined of a message that is its own and only part. */
export function messageParts(
  entry: EntryState,
  parts: readonly PartState[] = knownParts(entry),
): MessagePart[] | undefined {
  if (!hasParts(entry, parts)) return undefined;
  return listedParts(entry, parts).map(({ unsent: _, open: __, aliases: ___, ...part }) => part);
}

function openStatus({ delivery }: EntryState, part: number): DeliveryStatus {
  const state = delivery?.part === part ? delivery.state : 'accepted';
  return state === 'sending' || state === 'uncertain' ? state : 'accepted';
}

function byRecipient({ recipient: one = '' }: PartState, { recipient: other = '' }: PartState) {
  return one < other ? -1 : 1;
}

/** Every name of the group member that a report speaks of; a report without a member has the one name of none. */
const namesOf = ({ recipient, aliases = [] }: PartState) => [recipient, ...aliases];

/** Two reports are of one member when a name of the one is a name of the other, also if they have further names. */
export function isSamePart(one: PartState, other: PartState): boolean {
  const others = namesOf(other);
  return one.part === other.part && namesOf(one).some((name) => others.includes(name));
}

/**
 * A part under all names that its reports give. It goes by the first name of the fullest of them, so that the order in
 * which they came decides nothing. The same part where it has these names already.
 */
export function named(part: PartState, reports: readonly PartState[]): PartState {
  const lists = reports.map(namesOf).sort((one, other) => other.length - one.length);
  const [recipient, ...aliases] = [...new Set(lists.flat())] as string[];
  const isKnown = recipient === part.recipient && aliases.length === namesOf(part).length - 1;
  return isKnown || !recipient ? part : { ...part, recipient, aliases };
}
