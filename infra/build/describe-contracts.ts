import { descriptions } from './descriptions/contracts.ts';
import type { Descriptions } from './descriptions/descriptions.ts';

/** As much of a JSON Schema as leads to its fields. */
interface Schema {
  description?: string;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
}

/** A schema with a description for each field that has a text. */
export function withDescriptions<Given extends object>(id: string, schema: Given): Given {
  const copy = structuredClone(schema);
  const texts = descriptions[id] ?? {};
  for (const { field, key } of fieldsOf(copy, texts)) {
    if (key !== undefined) field.description = texts[key] ?? '';
  }
  return copy;
}

/** Fields that have no text, and texts that describe no field: a sentence each. */
export function descriptionProblems(
  schemas: Readonly<Record<string, object>>,
  all: Readonly<Record<string, Descriptions>> = descriptions,
): string[] {
  return Object.entries(schemas).flatMap(([id, schema]) => {
    const texts = all[id] ?? {};
    const fields = fieldsOf(schema, texts);
    const used = new Set(fields.map(({ key }) => key));
    return [
      ...fields.flatMap(({ key, path }) => (key ? [] : [`${id} has no text for ${path}`])),
      ...Object.keys(texts).flatMap((key) => (used.has(key) ? [] : [`${id} has no field ${key}`])),
    ];
  });
}

interface Field {
  readonly field: Schema;
  /** `contacts.contacts[].name`: the member of a union by its type, then the names. */
  readonly path: string;
  /** Its text, where there is one: of this member of a union, or of all. */
  readonly key: string | undefined;
}

/** Every field of a schema and of the objects in it. A field that refers to another schema is not entered. */
function fieldsOf(schema: Schema, texts: Descriptions, prefix = '', type = ''): Field[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const key = [`${type}${path}`, path].find((each) => each in texts);
    return [{ field, path: `${type}${path}`, key }, ...fieldsOf(field, texts, `${path}.`, type)];
  });
  const items = schema.items
    ? fieldsOf(schema.items, texts, prefix.replace(/\.$/, '[].'), type)
    : [];
  const members = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((member) => {
    const named = member.properties?.['type']?.const;
    return fieldsOf(member, texts, prefix, typeof named === 'string' ? `${named}.` : type);
  });
  return [...own, ...items, ...members];
}
