import { deepJson } from './deep-json.ts';

/**
 * JSON in one spelling: keys sorted, and everything beyond printable ASCII escaped. The same value is always the same
 * bytes, in whatever order a database returns its keys; and SQS, which refuses control characters and lone surrogates,
 * never sees one (https://docs.aws.amazon.com/AWSSimpleQueueService, SendMessage).
 */
export function canonicalJson(value: unknown): string {
  return written(value).replace(/[\u007f-\uffff]/g, escaped);
}

/** The fast way first: only a hostile value is nested deeper than the stack. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value, sortedKeys);
  } catch (fault) {
    if (fault instanceof RangeError) return deepJson(value);
    throw fault;
  }
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // A null prototype keeps a key named `__proto__` an ordinary key.
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, member] of sorted) copy[key] = member;
  return copy;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
