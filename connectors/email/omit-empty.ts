type Filled<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Copies fields without those that are undefined or empty text. */
export function omitEmpty<Fields extends object>(fields: Fields): Filled<Fields> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(kept) as Filled<Fields>;
}
