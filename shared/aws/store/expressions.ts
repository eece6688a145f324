/** Values by the dotted path of their attribute; undefined: the attribute is not there. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface Changes {
  /** The new values of attributes; undefined removes one. */
  readonly set: Attributes;
  /** Items put at the end of lists. */
  readonly append?: Readonly<Record<string, readonly unknown[]>>;
}

/** The expressions of a write that changes attributes on the condition that others are as expected. */
export function conditionalUpdate({ set, append = {} }: Changes, expected: Attributes) {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const pathOf = (path: string): string => {
    const segments = path.split('.');
    for (const name of segments) names[`#${name}`] = name;
    return segments.map((name) => `#${name}`).join('.');
  };
  const placeholder = (value: unknown): string => {
    const name = `:v${Object.keys(values).length}`;
    values[name] = value;
    return name;
  };
  const assigned = Object.entries(set).filter(([, value]) => value !== undefined);
  const removed = Object.entries(set).filter(([, value]) => value === undefined);
  const clauses = {
    SET: [
      ...assigned.map(([path, value]) => `${pathOf(path)} = ${placeholder(value)}`),
      ...Object.entries(append).map(
        ([path, items]) => `${pathOf(path)} = list_append(${pathOf(path)}, ${placeholder(items)})`,
      ),
    ],
    REMOVE: removed.map(([path]) => pathOf(path)),
  };
  const conditions = Object.entries(expected).map(([path, value]) =>
    value === undefined
      ? `attribute_not_exists(${pathOf(path)})`
      : `${pathOf(path)} = ${placeholder(value)}`,
  );
  return {
    UpdateExpression: Object.entries(clauses)
      .filter(([, parts]) => parts.length > 0)
      .map(([verb, parts]) => `${verb} ${parts.join(', ')}`)
      .join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** An item as such a write leaves it. */
export function changed(item: object, { set, append = {} }: Changes): Record<string, unknown> {
  const result: Record<string, unknown> = structuredClone({ ...item });
  for (const [path, value] of Object.entries(set)) assign(result, path.split('.'), value);
  for (const [path, items] of Object.entries(append)) {
    const list = result[path];
    result[path] = [...(Array.isArray(list) ? list : []), ...items];
  }
  return result;
}

function assign(
  target: Record<string, unknown>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    if (value === undefined) delete target[name];
    else target[name] = value;
    return;
  }
  const inner = { ...(target[name] as Record<string, unknown> | undefined) };
  assign(inner, rest, value);
  target[name] = inner;
}
