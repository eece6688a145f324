import type { Advice } from '#shared/connector/doctor';

/** A value in one spelling, and how that differs from the one that is verified. */
export interface Variant<Value> {
  readonly value: Value;
  /** Empty: this is the one that is verified. */
  readonly differences: readonly Advice[];
}

export function asItIs<Value>(value: Value): Variant<Value> {
  return { value, differences: [] };
}

export function differing<Value>(
  value: Value,
  name: string,
  finding: string,
  next: string,
): Variant<Value> {
  return { value, differences: [{ name, finding, next }] };
}

/** Leaves out what is spelled like one before it: the first has the fewest differences. */
export function distinct<Value>(
  variants: readonly Variant<Value>[],
  key: (value: Value) => string,
): readonly Variant<Value>[] {
  const seen = new Set<string>();
  return variants.filter(({ value }) => {
    const text = key(value);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
