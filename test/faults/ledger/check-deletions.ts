import { unpackRaw } from '#shared/raw/unpack';
import type { Endpoints } from '#test/faults/proxy/forward';
import type { Ledger } from './ledger.ts';
import { everyItem, everyObject, type Item, type TableView } from './table-view.ts';

/** What customers write has a word of its own in it (load/customers.ts). */
const markers = /mk-in\d+x[a-z0-9]+/g;

/** A deleted message keeps its place and nothing else: its word is in no item, in no object, in no later event. */
export async function checkDeletions(
  ledger: Ledger,
  view: TableView,
  endpoints: Endpoints,
): Promise<string[]> {
  const words = new Set(ledger.deleted.values());
  const found: string[] = [];
  const look = (where: string, text: string) => {
    for (const [word] of text.matchAll(markers)) {
      if (words.has(word)) found.push(`deleted and still stored: ${word} in ${where}`);
    }
  };
  for (const item of await everyItem(endpoints.dynamodb)) {
    const where = `${JSON.stringify(item['pk'])} ${JSON.stringify(item['sk'])}`;
    for (const text of [JSON.stringify(item), ...packedIn(item)]) look(where, text);
  }
  for (const { key, text } of await everyObject(endpoints.s3, '')) look(key, `${key} ${text}`);
  return [...found, ...checkTold(ledger), ...checkDone(ledger, view)];
}

/** The raw payloads among the attributes of an item. */
function packedIn(item: Item): string[] {
  return Object.values(item).flatMap((value) => {
    const { B } = value as { readonly B?: string };
    return B === undefined ? [] : unpacked(Buffer.from(B, 'base64'));
  });
}

function unpacked(bytes: Buffer): string[] {
  try {
    return [unpackRaw(bytes)];
  } catch {
    return [bytes.toString('latin1')];
  }
}

/** A consumer keeps the first event of an id: after the deletion none may come first and hold the word. */
function checkTold({ events, deleted }: Ledger): string[] {
  const firsts = new Map(events.toReversed().map((event) => [event.id, event]));
  const gone = new Set<string>();
  return [...firsts.values()].toReversed().flatMap(({ id, body }) => {
    const words = [...body.matchAll(markers)].map(([word]) => word);
    const told = words.filter((word) => gone.has(word));
    gone.add(deletedBy(body, deleted) ?? '');
    return told.map((word) => `told after its deletion: ${word} in ${id}`);
  });
}

/** The word of the message whose deletion an event tells. */
function deletedBy(body: string, deleted: Ledger['deleted']): string | undefined {
  const { type, data } = JSON.parse(body) as {
    readonly type: string;
    readonly data: { readonly message?: { readonly providerMessageId?: string } };
  };
  if (type !== 'switchboard.message.deleted.v1') return undefined;
  return deleted.get(data.message?.providerMessageId ?? '');
}

function checkDone({ deleted }: Ledger, view: TableView): string[] {
  return [...view.entries.values()]
    .flat()
    .filter(({ item }) => deleted.has(String(item['providerMessageId'])))
    .filter(({ item }) => item['delivery'] === undefined && item['redaction'] !== 'done')
    .map(({ item }) => `not deleted: ${String(item['providerMessageId'])}`);
}
