import { isDeepStrictEqual } from 'node:util';

/** An item as the document client gives and takes it. */
export type Item = Record<string, unknown>;

export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

/** Reads one of DynamoDB's expressions, as far as the store uses them; anything else throws. */
class Reader {
  private readonly tokens: readonly string[];
  private place = 0;
  private readonly item: Item;
  private readonly placeholders: Placeholders;

  constructor(text: string, item: Item, placeholders: Placeholders) {
    this.tokens = text.match(/[A-Za-z0-9_#:.[\]]+|<>|<=|>=|[=<>(),+-]/g) ?? [];
    this.item = item;
    this.placeholders = placeholders;
  }

  get isAtEnd(): boolean {
    return this.place >= this.tokens.length;
  }

  next(): string {
    const token = this.tokens[this.place];
    if (token === undefined) throw new Error('the expression ends too early');
    this.place += 1;
    return token;
  }

  takes(token: string): boolean {
    if (this.tokens[this.place] !== token) return false;
    this.place += 1;
    return true;
  }

  expect(token: string): void {
    const found = this.next();
    if (found !== token) throw new Error(`${found} in place of ${token}`);
  }

  path(): string[] {
    return pathOf(this.next(), this.placeholders);
  }

  /** `a OR b AND c`. */
  condition(): boolean {
    let value = this.conjunction();
    while (this.takes('OR')) value = this.conjunction() || value;
    return value;
  }

  private conjunction(): boolean {
    let value = this.comparison();
    while (this.takes('AND')) value = this.comparison() && value;
    return value;
  }

  private comparison(): boolean {
    if (this.takes('NOT')) return !this.comparison();
    if (this.takes('(')) {
      const value = this.condition();
      this.expect(')');
      return value;
    }
    if (this.takes('attribute_exists')) return this.argument() !== undefined;
    if (this.takes('attribute_not_exists')) return this.argument() === undefined;
    if (this.takes('begins_with')) {
      const [value, start] = this.list();
      return typeof value === 'string' && value.startsWith(String(start));
    }
    if (this.takes('contains')) return has(...(this.list() as [unknown, unknown]));
    const left = this.operand();
    if (this.takes('BETWEEN')) {
      const from = this.operand();
      this.expect('AND');
      return compare(left, '>=', from) && compare(left, '<=', this.operand());
    }
    if (this.takes('IN')) return this.list().some((each) => isDeepStrictEqual(each, left));
    return compare(left, this.next(), this.operand());
  }

  private argument(): unknown {
    this.expect('(');
    const value = valueAt(this.item, this.path());
    this.expect(')');
    return value;
  }

  private list(): unknown[] {
    this.expect('(');
    const values = [this.operand()];
    while (this.takes(',')) values.push(this.operand());
    this.expect(')');
    return values;
  }

  /** A value, a path, a function of both, and sums of them. */
  operand(): unknown {
    let value = this.term();
    while (this.takes('+')) value = decimalSum(Number(value), Number(this.term()));
    return value;
  }

  private term(): unknown {
    const token = this.next();
    if (token === 'if_not_exists' || token === 'list_append') {
      const [one, other] = this.list();
      return token === 'if_not_exists' ? (one ?? other) : [...asList(one), ...asList(other)];
    }
    if (token === 'size') return sizeOf(this.argument());
    if (token.startsWith(':')) return valueNamed(token, this.placeholders);
    return valueAt(this.item, pathOf(token, this.placeholders));
  }
}

function has(value: unknown, part: unknown): boolean {
  if (value instanceof Set) return value.has(part);
  if (typeof value === 'string') return value.includes(String(part));
  return Array.isArray(value) && value.some((each) => isDeepStrictEqual(each, part));
}

/** Of a list, a map, a set or a text; undefined of what is not there. */
function sizeOf(value: unknown): number | undefined {
  if (value instanceof Set) return value.size;
  if (typeof value === 'string') return Buffer.byteLength(value);
  return value === undefined ? undefined : Object.keys(value as object).length;
}

function asList(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error('list_append of what is no list');
  return value;
}

function valueNamed(name: string, { ExpressionAttributeValues = {} }: Placeholders): unknown {
  if (!Object.hasOwn(ExpressionAttributeValues, name)) throw new Error(`no value ${name}`);
  return ExpressionAttributeValues[name];
}

function pathOf(token: string, { ExpressionAttributeNames = {} }: Placeholders): string[] {
  return token
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((segment) =>
      segment.startsWith('#') ? (ExpressionAttributeNames[segment] ?? '') : segment,
    );
}

function valueAt(item: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (value && typeof value === 'object' ? Reflect.get(value, name) : undefined),
    item,
  );
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '=') return isDeepStrictEqual(left, right);
  if (operator === '<>') return !isDeepStrictEqual(left, right);
  if (!['<', '<=', '>', '>='].includes(operator)) throw new Error(`unknown operator ${operator}`);
  // What is not there compares with nothing.
  if (left === undefined || right === undefined || typeof left !== typeof right) return false;
  const [one, other] = [left as string, right as string];
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    default:
      return one >= other;
  }
}

export function holds(text: string | undefined, item: Item, placeholders: Placeholders): boolean {
  return text === undefined || new Reader(text, item, placeholders).condition();
}

/** What an update makes of an item, and the attributes that it names; the item given stays as it is. */
export function updated(
  text: string,
  item: Item,
  placeholders: Placeholders,
): { readonly item: Item; readonly names: ReadonlySet<string> } {
  const result = structuredClone(item);
  const names = new Set<string>();
  const reader = new Reader(text, item, placeholders);
  let verb = '';
  while (!reader.isAtEnd) {
    const found = ['SET', 'REMOVE', 'ADD', 'DELETE'].find((each) => reader.takes(each));
    if (found) verb = found;
    else reader.expect(',');
    names.add(change(result, verb, reader, placeholders));
  }
  return { item: result, names };
}

/** Returns the attribute in which something changes. */
function change(result: Item, verb: string, reader: Reader, placeholders: Placeholders): string {
  const path = reader.path();
  const name = path.at(-1) ?? '';
  const owner = valueAt(result, path.slice(0, -1)) as Item | unknown[] | undefined;
  if (owner === undefined) {
    const fault = new Error(`no ${path.join('.')} to change`);
    throw Object.assign(fault, { name: 'ValidationException' });
  }
  if (verb === 'SET') {
    reader.expect('=');
    Reflect.set(owner, name, structuredClone(reader.operand()));
  } else if (verb !== 'REMOVE') {
    changeSet(owner, name, verb, valueNamed(reader.next(), placeholders));
  } else if (Array.isArray(owner)) {
    owner.splice(Number(name), 1);
  } else {
    delete owner[name];
  }
  return path[0] ?? '';
}

/** DynamoDB keeps no empty set. */
function changeSet(owner: object, name: string, verb: string, value: unknown): void {
  const before: unknown = Reflect.get(owner, name) ?? new Set();
  if (!(before instanceof Set && value instanceof Set)) throw new Error(`${verb} of no set`);
  const isAdded = verb === 'ADD';
  const after = new Set(
    [...before, ...(isAdded ? value : [])].filter((each) => isAdded || !value.has(each)),
  );
  if (after.size > 0) Reflect.set(owner, name, after);
  else Reflect.deleteProperty(owner, name);
}

/** Adds as DynamoDB does, in decimals: 0.1 + 0.2 is 0.3. */
function decimalSum(one: number, other: number): number {
  const digits = Math.max(fractionDigits(one), fractionDigits(other));
  return Number((one + other).toFixed(digits));
}

function fractionDigits(number: number): number {
  return String(number).split('.')[1]?.length ?? 0;
}
