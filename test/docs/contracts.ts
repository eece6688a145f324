import * as z from 'zod';
import { quotedIn } from './pages/code-tables.ts';
import { codeSpans, type Page, placeOf, tableRows } from './pages/page.ts';

/** As much of a JSON schema as names the fields of an object. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly const?: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Shape>>;
}

/** What a schema looks like from outside; `input`: as a caller may write it, where defaults may be left out. */
export function shapeOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): Shape {
  const whole = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Shape;
  return expanded(whole, whole.$defs ?? {});
}

/** References in place of what they name; any JSON, which names itself, is left as it is. */
function expanded(
  shape: Shape,
  defs: Readonly<Record<string, Shape>>,
  inside: readonly string[] = [],
): Shape {
  const named = shape.$ref?.replace(/^#\/\$defs\//, '');
  if (named !== undefined) {
    return inside.includes(named) ? {} : expanded(defs[named] ?? {}, defs, [...inside, named]);
  }
  const expand = (member: Shape) => expanded(member, defs, inside);
  const variants = [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])].map(expand);
  const own = Object.entries(shape.properties ?? {}).map(([name, each]) => [name, expand(each)]);
  return {
    ...shape,
    properties: Object.assign(
      {},
      ...variants.map(({ properties }) => properties),
      Object.fromEntries(own),
    ),
    ...(shape.items ? { items: expand(shape.items) } : {}),
  };
}

/** Whether `message.author.role` or `errors[].code` names a field. */
function hasField(shape: Shape | undefined, path: string): boolean {
  const [first = '', ...rest] = path.split('.');
  const name = first.replace(/\[\]$/, '');
  const field = shape?.properties?.[name];
  if (field === undefined) return false;
  const inside = first.endsWith('[]') ? field.items : field;
  return rest.length === 0 ? inside !== undefined : hasField(inside, rest.join('.'));
}

/** Every name in a shape, its own and those below. */
function namesIn(shape: Shape): string[] {
  const own = Object.entries(shape.properties ?? {});
  return [
    ...own.flatMap(([name, member]) => [name, ...namesIn(member)]),
    ...(shape.items ? namesIn(shape.items) : []),
  ];
}

/** What the table of events says otherwise than the schemas: types and fields, in both directions. */
export function eventProblems(page: Page, events: Readonly<Record<string, z.ZodType>>): string[] {
  const rows = tableRows(page).filter(({ heading }) => heading === 'Events');
  const said = rows.flatMap((row) =>
    quotedIn(row.cells[0] ?? '').map((name) => ({ row, type: `switchboard.${name}.v1` })),
  );
  const missing = Object.keys(events).filter((type) => !said.some((each) => each.type === type));
  return [
    ...missing.map((type) => `${page.path}: "Events" has no row for ${type}`),
    ...said.flatMap(({ row, type }) => {
      const schema = events[type];
      if (!schema) return [`${page.path}:${row.line}: there is no event ${type}`];
      const data = shapeOf(schema);
      return quotedIn(row.cells[2] ?? '')
        .filter((path) => !hasField(data, path) && !hasField(data, `message.${path}`))
        .map((path) => `${page.path}:${row.line}: the data of ${type} has no ${path}`);
    }),
  ];
}

const fieldOfRow = /^([a-z]\w*)(\?)?/i;

/** What the table of contents says otherwise than the schema of replies. */
export function contentProblems(page: Page, members: readonly z.ZodType[]): string[] {
  const rows = tableRows(page).filter(({ header }) => header[0] === '`content.type`');
  const types = new Map(members.map((member) => [typeOf(member), shapeOf(member, 'input')]));
  const listed = rows.flatMap((row) =>
    quotedIn(row.cells[0] ?? '').map((type) => ({ type, row, told: row.cells[1] ?? '' })),
  );
  return [
    ...[...types.keys()]
      .filter((type) => !listed.some((each) => each.type === type))
      .map((type) => `${page.path} has no row for content ${type}`),
    ...listed.flatMap(({ type, row, told }) => {
      const shape = types.get(type);
      const place = `${page.path}:${row.line}`;
      if (!shape) return [`${place}: a reply has no content ${type}`];
      return told.startsWith('as in messages') ? [] : fieldProblems(place, type, told, shape);
    }),
  ];
}

function typeOf(member: z.ZodType): string {
  return String(shapeOf(member).properties?.['type']?.const);
}

function fieldProblems(place: string, type: string, told: string, shape: Shape): string[] {
  const spans = quotedIn(told).filter((span) => !/:$/.test(span) && !span.includes('/'));
  const names = new Set(namesIn(shape));
  const said = spans.flatMap((span) => span.match(/[a-z]\w*/gi) ?? []);
  const required = new Set(shape.required);
  const own = spans.flatMap((span) => {
    const [, name = '', optional] = fieldOfRow.exec(span) ?? [];
    return [{ name, optional: optional !== undefined }];
  });
  return [
    ...said.filter((name) => !names.has(name)).map((name) => `${place}: ${type} has no ${name}`),
    ...[...names]
      .filter((name) => name !== 'type' && !said.includes(name))
      .map((name) => `${place}: ${name} of ${type} is not named`),
    ...own
      .filter(({ name, optional }) => optional && required.has(name))
      .map(({ name }) => `${place}: ${name} of ${type} may not be left out`),
  ];
}

/** Fields in a sentence that the model does not have: `message.raw`, `conversation.handledBy`, `data.message.text`. */
export function unknownFields(
  page: Page,
  models: Readonly<Record<string, z.ZodType>>,
  events: ReadonlySet<string>,
): string[] {
  const shapes = new Map(Object.entries(models).map(([name, each]) => [name, shapeOf(each)]));
  return codeSpans(page).flatMap(({ text, index }) => {
    const [, whole = ''] = /^((?:data\.)?[a-z]+\.[A-Za-z.[\]]+)(?::.*)?$/.exec(text) ?? [];
    const path = whole.replace(/^data\./, '');
    const [first = '', ...rest] = path.split('.');
    const shape = shapes.get(first);
    if (!shape || events.has(path) || hasField(shape, rest.join('.'))) return [];
    return [`${placeOf(page, index)}: there is no ${text}`];
  });
}

const routeText = /\/(?:v1|webhooks)\/[\w/<>{}$.-]+/g;

/** Routes of the API that a page names and the template does not have. */
export function unknownRoutes(page: Page, routes: readonly string[]): string[] {
  const shapes = routes.map(
    (route) =>
      new RegExp(`^${route.replaceAll(/\{proxy\+\}/g, '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  );
  return (
    [...page.text.matchAll(routeText)]
      .map(({ 0: text, index }) => ({ text: text.replace(/[.]$/, ''), index }))
      // `/2/webhooks/…` is X's own, `/v1/Content` Twilio's, `twilio/lib/webhooks/webhooks` a file of Twilio's package.
      .filter(
        ({ text, index }) =>
          text !== '/v1/Content' &&
          !/(?:2|twilio\/lib)$/.test(page.text.slice(0, index)) &&
          !shapes.some((shape) => shape.test(text)),
      )
      .map(({ text, index }) => `${placeOf(page, index)}: the template has no route ${text}`)
  );
}
