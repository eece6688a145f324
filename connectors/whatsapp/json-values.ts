import { isoTimeOf } from '#shared/iso-time';
import type { JsonObject } from '#shared/json';

/** A text with something in it. Numbers count: Meta writes some ids as JSON numbers (template updates). */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The first of these members that holds a text. */
export function firstText(object: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textOf(object[name]);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Meta's unix seconds, as text or number, as ISO 8601; undefined for anything else. */
export function isoTime(timestamp: unknown): string | undefined {
  const text = typeof timestamp === 'number' ? String(timestamp) : timestamp;
  if (typeof text !== 'string' || !/^\d{1,12}$/.test(text)) return undefined;
  return isoTimeOf(Number(text) * 1000);
}
