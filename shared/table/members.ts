import type { PartState } from './items.ts';

/** Every name of the member of a group that a report speaks of. */
function namesOf({ recipient, recipientAliases = [] }: PartState): readonly string[] {
  return recipient === undefined ? [] : [recipient, ...recipientAliases];
}

/** Two reports are of one member when a name of the one is a name of the other, also if they have further names. */
export function isSamePart(one: PartState, other: PartState): boolean {
  if (one.part !== other.part) return false;
  const [names, others] = [namesOf(one), namesOf(other)];
  if (names.length === 0 || others.length === 0) return names.length === others.length;
  return names.some((name) => others.includes(name));
}

/**
 * A part under all names that its reports give. It goes by the first name of the fullest of them, so that the order in
 * which they came decides nothing. The same part where it has these names already.
 */
export function named(part: PartState, reports: readonly PartState[]): PartState {
  const [fullest] = reports.map(namesOf).sort(byFullness);
  const [recipient] = fullest ?? [];
  if (recipient === undefined) return part;
  const all = new Set([...reports.flatMap(namesOf)]);
  all.delete(recipient);
  const aliases = [...all].sort();
  const { recipientAliases = [] } = part;
  if (part.recipient === recipient && aliases.join() === recipientAliases.join()) return part;
  return { ...part, recipient, ...(aliases.length > 0 ? { recipientAliases: aliases } : {}) };
}

function byFullness(names: readonly string[], others: readonly string[]): number {
  if (names.length !== others.length) return others.length - names.length;
  return (names[0] ?? '') < (others[0] ?? '') ? -1 : 1;
}
