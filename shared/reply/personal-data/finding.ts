/** One piece of personal data in a text. */
export interface Found {
  readonly kind: 'email_address' | 'phone_number' | 'iban' | 'card_number' | 'pattern';
  /** The name of the configured pattern. */
  readonly name?: string;
  /** As the text has it, its spelling made plain. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Replaces what was found by a sign that is part of nothing, so that no other search finds it again. */
export function without(text: string, found: readonly Pick<Found, 'start' | 'end'>[]): string {
  let left = text;
  for (const { start, end } of found) {
    left = left.slice(0, start) + '\uFFFC'.repeat(end - start) + left.slice(end);
  }
  return left;
}

/** Shows enough of a value to find it in the text, and never all of it. */
export function masked({ kind, value }: Pick<Found, 'kind' | 'value'>): string {
  if (kind === 'email_address') return maskedAddress(value);
  const plain = value.replace(/[^\p{L}\p{N}]/gu, '');
  const shown = kind === 'card_number' ? 4 : 2;
  const end = plain.length > shown + 2 ? plain.slice(-shown) : '';
  return `${kind === 'iban' ? plain.slice(0, 2) : ''}…${end}`;
}

function maskedAddress(address: string): string {
  const [local = '', domain = ''] = address.split('@');
  const [first = ''] = local.length > 1 ? [...local] : [];
  const [initial = ''] = [...domain];
  return `${first}…@${initial}…${domain.slice(domain.lastIndexOf('.'))}`;
}
