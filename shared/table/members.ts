import type { PartState } from './state.ts';

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
