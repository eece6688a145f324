import { canonicalJson } from '#shared/json';
import { oddValue, type Random } from './random.ts';

type Holder = Record<string, unknown>;

/** The types a message may name, known and unknown, so that content and type part ways. */
const types = [
  'text',
  'image',
  'audio',
  'voice',
  'location',
  'contacts',
  'interactive',
  'button',
  'reaction',
  'order',
  'system',
  'edit',
  'revoke',
  'request_welcome',
  'unsupported',
  'hologram',
];
const names = ['__proto__', 'constructor', 'toString', '', '0', 'length', 'messages', 'statuses'];

/** A webhook with one to four things changed, as bytes; `sources` are webhooks as JSON text. */
export function damagedBody(sources: readonly string[], random: Random): Buffer {
  const root = { body: JSON.parse(random.pick(sources)) };
  const changes = 1 + random.below(4);
  for (let change = 0; change < changes; change += 1) damage(root, sources, random);
  const text = jsonOf(root.body);
  return random.chance(20) ? damagedText(text, random) : Buffer.from(text);
}

/** In the order of its members, unless it is too deep for that. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return canonicalJson(value);
  }
}

function damage(root: Holder, sources: readonly string[], random: Random): void {
  const { holder, key } = placeIn(root, random);
  const value = holder[key];
  switch (random.below(8)) {
    case 0:
    case 1:
      holder[key] = oddValue(random);
      break;
    case 2:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 3:
      holder[key] = swapped(value);
      break;
    case 4:
      rename(holder, key, random.pick(names));
      break;
    case 5:
      if ('type' in holder) holder['type'] = random.pick(types);
      break;
    case 6:
      if (Array.isArray(value)) value.push(...JSON.parse(jsonOf(value.slice(0, 20))));
      break;
    default: {
      const other = placeIn({ body: JSON.parse(random.pick(sources)) }, random);
      holder[key] = other.holder[other.key];
    }
  }
}

/**
 * Somewhere in the tree; each step down is one of the members, with equal chances. The stop is rarer than a step, so
 * that most changes fall on what Meta says and not on the envelope.
 */
function placeIn(root: Holder, random: Random): { readonly holder: Holder; readonly key: string } {
  let place = { holder: root, key: random.pick(Object.keys(root)) };
  for (;;) {
    const value = place.holder[place.key];
    if (typeof value !== 'object' || value === null || random.chance(30)) return place;
    const keys = Object.keys(value);
    if (keys.length === 0) return place;
    place = { holder: value as Holder, key: random.pick(keys) };
  }
}

/** The same thing as another type: a number for a text, a list for a member, an object for a list. */
function swapped(value: unknown): unknown {
  if (typeof value === 'string') return /^\d{1,15}$/.test(value) ? Number(value) : [value];
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return { ...value };
  return typeof value === 'object' ? [value] : String(value);
}

/** Defines rather than assigns, because `__proto__` must become a member like any other. */
function rename(holder: Holder, key: string, name: string): void {
  const value = holder[key];
  if (Array.isArray(holder)) return;
  delete holder[key];
  Object.defineProperty(holder, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** What no JSON writer would write: cut off, a byte changed, a lone surrogate, a member twice. */
function damagedText(text: string, random: Random): Buffer {
  const at = random.below(text.length + 1);
  switch (random.below(4)) {
    case 0:
      return Buffer.from(text.slice(0, at));
    case 1: {
      const bytes = Buffer.from(text);
      if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    }
    case 2:
      return Buffer.from(text.replace(/[a-z]{4}"/, '\\ud800"'));
    default:
      return Buffer.from(text.replace('"type":', '"type":"image","type":'));
  }
}
