import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { completed } from '#shared/aws/store/publishing/pending';
import { entriesAfter, type Table } from '#shared/aws/store/table';
import { entryEvents, updateEvents } from '#shared/events/events';
import type { Event } from '#shared/model/event';
import { ConversationItem } from '#shared/table/items';

export type Item = Record<string, unknown>;

export async function itemsIn({ client, name }: Table): Promise<Item[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  const keyOf = ({ pk, sk }: Item) => `${pk} ${sk}`;
  return Items.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

export async function store({ client, name }: Table, items: readonly unknown[]): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const page = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [name]: page as never } }));
  }
}

/** Everything that publishing these items tells, or would tell again: of each conversation, in order. */
export async function eventsOf(table: Table): Promise<Event[]> {
  const events: Event[] = [];
  for (const item of await itemsIn(table)) {
    if (item['sk'] !== 'META' || !String(item['pk']).startsWith('CONVERSATION#')) continue;
    const conversation = ConversationItem.parse(item);
    for (const entry of await entriesAfter(table, conversation.id, 0)) {
      events.push(...entryEvents(conversation, entry));
      const attachments = entry.message?.attachments ?? [];
      const updates = await completed(table, conversation.id, entry, attachments);
      const first = entry.publishedRevision + 1;
      events.push(
        ...updates.flatMap((each, index) => updateEvents(conversation, entry, each, first + index)),
      );
    }
  }
  return events;
}

/** `CONVERSATION ENTRY`, `CONVERSATION STATE`, `REFERENCE REFERENCE` … */
export function kindOf({ pk, sk }: Item): string {
  const [kind] = String(pk).split('#');
  const [within, , part] = String(sk).split('#');
  return `${kind} ${part === 'STATE' ? part : kind === 'CONSENT' ? '*' : within}`;
}

/** The paths of everything that is in a value: `message.content.type`, `pending[].kind=edit`. */
export function pathsOf(value: unknown, path = ''): string[] {
  if (value instanceof Set) return [`${path} set`];
  if (value instanceof Uint8Array) return [`${path} bytes`];
  if (Array.isArray(value)) return value.flatMap((each) => pathsOf(each, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [`${path} ${typeof value}`];
  const { kind } = value as { kind?: unknown };
  const own = path.endsWith('[]') && typeof kind === 'string' ? `${path}${kind}` : path;
  const ids = /^(?:att|msg|cnv)_/;
  return Object.entries(value).flatMap(([name, each]) =>
    pathsOf(each, `${own}.${ids.test(name) ? '*' : name}`),
  );
}

/** All paths of items, each with the kind of its item. */
export function shapeOf(items: readonly unknown[]): string[] {
  const paths = (items as Item[]).flatMap((item) =>
    pathsOf(item).map((path) => kindOf(item) + path),
  );
  return [...new Set(paths)].toSorted();
}
