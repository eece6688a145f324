/** One text for each field of a schema, by its path: `inReplyTo.messageId`, `contacts[].name`. */
export type Descriptions = Readonly<Record<string, string>>;

/** Texts of an inner object, under its name. */
export function under(name: string, texts: Descriptions): Descriptions {
  return Object.fromEntries(
    Object.entries(texts).map(([field, text]) => [`${name}.${field}`, text]),
  );
}
