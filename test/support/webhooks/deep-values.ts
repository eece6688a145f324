import { jsonText } from '#shared/json';

/** A fixture with one of its members replaced, and the path of that member. */
export interface Variant {
  readonly path: string;
  /** Writes a text anew where the member stands in one, so only where it is asked for. */
  readonly value: () => unknown;
}

/** A value nested so deep, of lists and objects in turn. */
export function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
}

/**
 * The value with each of its members replaced in turn, one at a time. JSON inside a text is opened and written back;
 * a form has its fields replaced by the deep value's text.
 */
export function* replacedMembers(value: unknown, by: unknown): Generator<Variant> {
  const inner = typeof value === 'string' ? opened(value) : { value, close: (it: unknown) => it };
  if (typeof inner?.value !== 'object' || inner.value === null) return;
  for (const [name, member] of Object.entries(inner.value)) {
    const withMember = (replaced: unknown) => inner.close(copyWith(inner.value, name, replaced));
    yield { path: name, value: () => withMember(by) };
    for (const deeper of replacedMembers(member, by)) {
      yield { path: `${name}.${deeper.path}`, value: () => withMember(deeper.value()) };
    }
  }
}

/** The value with one more member in each of its objects, within JSON and forms that are texts too. */
export function withUnknownMembers(value: unknown): unknown {
  const inner = typeof value === 'string' ? opened(value) : { value, close: (it: unknown) => it };
  if (typeof inner?.value !== 'object' || inner.value === null) return value;
  if (Array.isArray(inner.value)) return inner.close(inner.value.map(withUnknownMembers));
  const members = Object.entries(inner.value).map(
    ([name, member]) => [name, withUnknownMembers(member)] as const,
  );
  return inner.close({ ...Object.fromEntries(members), unheard_of: isForm(value) ? 'x' : ['x'] });
}

function copyWith(value: unknown, name: string, member: unknown): unknown {
  if (Array.isArray(value)) return value.with(Number(name), member);
  return { ...(value as object), [name]: member };
}

function opened(text: string) {
  const json = /^[{[]/.test(text) ? jsonIn(text) : undefined;
  if (json !== undefined) return { value: json, close: jsonText };
  if (!isForm(text)) return undefined;
  const close = (fields: unknown) =>
    new URLSearchParams(
      Object.entries(fields as object).map(([name, field]): [string, string] => [
        name,
        typeof field === 'string' ? field : jsonText(field),
      ]),
    ).toString();
  return { value: Object.fromEntries(new URLSearchParams(text)) as unknown, close };
}

function isForm(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.]+=[^&]*&/.test(value);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
