import { createHash } from 'node:crypto';
import * as z from 'zod';
import { callJson } from '#infra/local/emulators/aws-call';
import { bucketName, tableName } from '#test/faults/names';
import type { Endpoints } from '#test/faults/proxy/forward';

export type Item = Readonly<Record<string, unknown>>;

export interface StoredEntry {
  readonly conversationId: string;
  readonly sequence: number;
  readonly revision: number;
  readonly publishedRevision: number;
  /** The entry and its state in one. */
  readonly item: Item;
}

/** What is stored in the end, read with the harness's own code and not with the store's. */
export interface TableView {
  readonly conversations: ReadonlyMap<string, Item>;
  /** By conversation, in order of sequence. */
  readonly entries: ReadonlyMap<string, readonly StoredEntry[]>;
  /** The bodies of quarantined items. */
  readonly quarantined: readonly string[];
}

const Page = z.looseObject({
  Items: z.array(z.record(z.string(), z.unknown())).default([]),
  LastEvaluatedKey: z.unknown().optional(),
});

export async function readTable(endpoints: Endpoints): Promise<TableView> {
  const typed = await everyItem(endpoints.dynamodb);
  const items = typed.map((item) => plain({ M: item }) as Item);
  const conversations = new Map<string, Item>();
  const entries = new Map<string, StoredEntry[]>();
  const states = new Map(
    items
      .filter(({ sk }) => String(sk).endsWith('#STATE'))
      .map((item) => [`${item['pk']} ${item['sk']}`, item]),
  );
  for (const item of items) {
    const [kind, conversationId = ''] = String(item['pk']).split('#');
    if (kind !== 'CONVERSATION') continue;
    if (item['sk'] === 'META') conversations.set(conversationId, item);
    else if (/^ENTRY#\d+$/.test(String(item['sk']))) {
      const state = states.get(`${item['pk']} ${item['sk']}#STATE`);
      entries.set(conversationId, [
        ...(entries.get(conversationId) ?? []),
        entryOf(item, state ?? untouched(item), conversationId),
      ]);
    }
  }
  for (const list of entries.values()) list.sort((a, b) => a.sequence - b.sequence);
  return { conversations, entries, quarantined: await readQuarantine(endpoints.s3) };
}

/** The state of an entry that nothing has changed. */
function untouched({ firstStatus, firstErrors, reply }: Item): Item {
  const state = firstStatus === 'failed' ? 'failed' : 'accepted';
  const delivery = reply === undefined ? {} : { delivery: { state } };
  return {
    revision: 0,
    publishedRevision: 0,
    status: firstStatus,
    errors: firstErrors,
    ...delivery,
  };
}

function entryOf(entry: Item, state: Item, conversationId: string): StoredEntry {
  return {
    conversationId,
    sequence: Number(String(entry['sk']).slice('ENTRY#'.length)),
    revision: Number(state['revision']),
    publishedRevision: Number(state['publishedRevision']),
    item: { ...entry, ...state, sk: entry['sk'] },
  };
}

/** The name under which a state remembers a change: 60 bits of the hash of its id. */
export function nameOfChange(id: string): string {
  return createHash('sha256').update(`${id.length}:${id}`).digest('base64url').slice(0, 10);
}

/** Every item in DynamoDB's typed JSON. */
export async function everyItem(endpoint: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: unknown;
  do {
    const page = Page.parse(
      await callJson(endpoint, 'DynamoDB_20120810.Scan', {
        TableName: tableName,
        ConsistentRead: true,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...page.Items);
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

/** DynamoDB's typed JSON as plain values. */
function plain(value: unknown): unknown {
  const [[type, inner] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  switch (type) {
    case 'N':
      return Number(inner);
    case 'NULL':
      return null;
    case 'NS':
      return (inner as string[]).map(Number);
    case 'L':
      return (inner as unknown[]).map(plain);
    case 'M':
      return Object.fromEntries(
        Object.entries(inner as Record<string, unknown>).map(([key, one]) => [key, plain(one)]),
      );
    default:
      return inner;
  }
}

async function readQuarantine(endpoint: string): Promise<string[]> {
  return (await everyObject(endpoint, 'quarantine/')).map(({ text }) => text);
}

/** The objects of the archive under a prefix. */
export async function everyObject(
  endpoint: string,
  prefix: string,
): Promise<{ readonly key: string; readonly text: string }[]> {
  const listed = await fetch(
    `${endpoint}/${bucketName}?list-type=2&prefix=${prefix}&max-keys=1000`,
  );
  const keys = [...(await listed.text()).matchAll(/<Key>([^<]+)<\/Key>/g)].map(
    ([, key = '']) => key,
  );
  return Promise.all(
    keys.map(async (key) => {
      const answer = await fetch(`${endpoint}/${bucketName}/${key}`);
      return { key, text: await answer.text() };
    }),
  );
}
