/**
 * The same value with every lone surrogate replaced by U+FFFD. Providers cut texts in the middle of an emoji;
 * DynamoDB and JSON over HTTP take only well-formed Unicode, and one bad character must not hold a conversation.
 */
export function wellFormed<Value>(value: Value): Value {
  return mapped(value) as Value;
}

function mapped(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(mapped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key.toWellFormed(), mapped(member)]),
  );
}
