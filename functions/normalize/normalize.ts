import { redactsDeleted } from '#connectors/capabilities';
import { isConnectorId } from '#connectors/declarations';
import { type AccountSetting, accountNamed } from '#shared/accounts';
import { type Archive, archiveItem, readObject } from '#shared/aws/objects/archive';
import { quarantine } from '#shared/aws/queues/quarantine';
import { readQueueBody } from '#shared/aws/queues/queue';
import type { ChannelEvent } from '#shared/connector/channel-event';
import type { Parse, ParseInput } from '#shared/connector/parser';
import { ConnectorError } from '#shared/errors';
import { hashOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import { logger } from '#shared/logger';
import { IngressMessage } from '#shared/model/ingress';
import { type RawItem, rawItem } from '#shared/raw/item';
import { storable, wellFormed } from '#shared/storable';
import { handleEvent } from './handle-event.ts';
import type { HandleDependencies } from './handle-message.ts';

/** The parsers of the connectors whose items a function reads. */
export type Parsers = Readonly<Partial<Record<string, Parse>>>;

export interface NormalizeDependencies extends HandleDependencies {
  readonly parsers: Parsers;
}

/**
 * Takes one item of the ingress queue: reads it into canonical values, stores each, publishes. An item that cannot be
 * read is set aside with its reason, because reading it again would fail again; every other fault is thrown, and the
 * queue brings the item back.
 */
export function normalizer(dependencies: NormalizeDependencies) {
  return async (body: string): Promise<void> => {
    const message = await wholeItem(dependencies.archive, itemOf(body));
    for (const item of itemsIn(message)) await normalizeItem(dependencies, item);
  };
}

/** Many items of one customer share a message, in their order (shared/aws/queues/lanes.ts). */
function itemsIn({ items, ...message }: Item): Item[] {
  return items ? items.map((item) => ({ ...message, ...item })) : [message];
}

/** Reads one item into canonical values; an item that cannot be read is set aside and gives none. */
export async function readItem(dependencies: NormalizeDependencies, item: Item): Promise<ReadItem> {
  try {
    return await eventsOf(dependencies, item);
  } catch (fault) {
    if (!(fault instanceof Unreadable)) throw fault;
    await setAside(dependencies, item, fault.message);
    return { events: [] };
  }
}

async function normalizeItem(dependencies: NormalizeDependencies, item: Item): Promise<void> {
  const { events, mail } = await readItem(dependencies, item);
  if (events.length === 0) return;
  const raw = rawItem(item, mail);
  if (!item.reached && isKeptApart(item, events)) await archiveItem(dependencies.archive, raw);
  await handleEvents(dependencies, item, events, raw);
}

/** Stores and publishes the events of one item. */
export async function handleEvents(
  dependencies: NormalizeDependencies,
  item: Item,
  events: readonly ChannelEvent[],
  raw: RawItem,
): Promise<void> {
  try {
    for (const event of events) await handleEvent(dependencies, item, event, raw);
  } catch (fault) {
    if (!isRefusedByTable(fault)) throw fault;
    await setAside(dependencies, item, 'the table refuses it: larger than an entry can be');
  }
}

/** DynamoDB's word for an item beyond 400 KB, among others: it will answer the same again. */
export function isRefusedByTable(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'ValidationException';
}

/**
 * True when an item has no message with which it is kept. A delivery status is small, frequent and of no use later;
 * everything else is kept as it came, before anything is stored of it. An item that is held back is kept with its reason.
 * Only the deletions are kept of a connector whose deleted messages lose their words: nothing would find the others.
 */
function isKeptApart({ connector }: Item, events: readonly ChannelEvent[]): boolean {
  if (redactsDeleted(connector)) return events.every(({ kind }) => deletions.has(kind));
  if (events.every((event) => event.kind === 'ignored' && event.keep)) return false;
  const kinds = new Set(events.map(({ kind }) => kind));
  return !kinds.has('message') && [...kinds].some((kind) => kind !== 'status');
}

const deletions: ReadonlySet<string> = new Set(['deletion', 'customer_deletion']);

/** Thrown for an item only, never for an infrastructure fault: trying again cannot help. */
class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

type Item = IngressMessage;

function itemOf(body: string): Item {
  const parsed = IngressMessage.safeParse(bodyOf(body));
  return parsed.success ? parsed.data : strangeItem(body, 'not an ingress message');
}

/** Reads the JSON of a queue message; undefined where it is none. Throws for a message of a newer release. */
export function bodyOf(body: string): unknown {
  try {
    return readQueueBody(body);
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}

/** Anything may stand on a queue; a message in a form we do not know is quarantined under its own hash. */
export function strangeItem(body: string, reason: string): Item {
  return {
    connector: 'unknown',
    account: 'unknown',
    receivedAt: new Date(0).toISOString(),
    deduplicationId: hashOf(body),
    payload: { body },
    unreadable: reason,
  };
}

/**
 * The item with its payload, also where that travelled apart: it is archived whole, because the payload apart is kept
 * for days only.
 */
async function wholeItem({ client }: Archive, { claim, ...item }: Item): Promise<Item> {
  if (claim === undefined) return item;
  const text = new TextDecoder().decode(await readObject(client, claim));
  return { ...item, payload: JSON.parse(text) };
}

interface ReadItem {
  readonly events: readonly ChannelEvent[];
  /** The mail itself, where the item is about one. */
  readonly mail?: Uint8Array;
}

async function eventsOf(
  { accounts, archive, parsers }: NormalizeDependencies,
  item: Item,
): Promise<ReadItem> {
  const { connector, account, raw, unreadable } = item;
  if (unreadable !== undefined) throw new Unreadable(unreadable);
  const parse = parserOf(parsers, connector);
  const setting = settingOf(accounts, connector, account);
  const bytes = raw === undefined ? undefined : await readObject(archive.client, raw);
  const input = inputOf(item, setting, bytes);
  try {
    const events = publishable(wellFormed(storable(await parse(input))));
    return { events, ...(bytes ? { mail: bytes } : {}) };
  } catch (fault) {
    // A parser is pure: whatever it throws, it throws again. Our own bugs are told apart in the log.
    if (fault instanceof ConnectorError) throw new Unreadable(fault.message);
    const name = fault instanceof Error ? fault.name : 'unknown';
    logger.error('parser fault', { connector, name, stack: stackOf(fault) });
    throw new Unreadable(`parser fault: ${name}`);
  }
}

function inputOf(
  { payload, released }: Item,
  { settings: account }: AccountSetting,
  raw: Uint8Array | undefined,
): ParseInput {
  return { payload, account, ...(raw ? { raw } : {}), ...(released ? { released } : {}) };
}

/** The form in which every event tells a time; a stored one that has another can never be read again. */
const isoTime = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** Below the 1 MiB that SQS takes, with room for what an envelope adds. */
const maxEventBytes = 1_000_000;

/**
 * Passes on the events that can be published. One that no queue takes would hold back everything behind it, for ever.
 */
function publishable(events: readonly ChannelEvent[]): readonly ChannelEvent[] {
  for (const event of events) {
    if ('occurredAt' in event && event.occurredAt && !isoTime.test(event.occurredAt)) {
      throw new ConnectorError('unreadable_payload', 'the time of an event is none');
    }
    const bytes = canonicalJson(publishedPart(event)).length;
    if (bytes > maxEventBytes) {
      throw new ConnectorError(
        'body_too_large',
        `an event of ${bytes} bytes; allowed: ${maxEventBytes}`,
      );
    }
  }
  return events;
}

function parserOf(parsers: Parsers, connector: string): Parse {
  if (!isConnectorId(connector)) throw new Unreadable(`no connector ${connector}`);
  const parse = parsers[connector];
  if (!parse) throw new Unreadable(`this function reads no items of ${connector}`);
  return parse;
}

/** An event without the HTML and the files beside it, which are stored as objects and not published. */
function publishedPart(event: ChannelEvent): object {
  if (event.kind !== 'message') return event;
  const { originalHtml: _, sanitizedHtml: __, ...message } = event;
  const attachments = message.attachments.map(({ bytes: ___, ...attachment }) => attachment);
  return { ...message, attachments };
}

function settingOf(accounts: readonly AccountSetting[], connector: string, account: string) {
  try {
    return accountNamed(accounts, connector, account);
  } catch {
    throw new Unreadable(`no account ${connector}/${account}`);
  }
}

function stackOf(fault: unknown): string[] | undefined {
  return fault instanceof Error ? fault.stack?.split('\n').slice(1, 6) : undefined;
}

async function setAside(
  { archive, now }: NormalizeDependencies,
  item: Item,
  reason: string,
): Promise<void> {
  const { connector, account, deduplicationId } = item;
  const quarantinedAt = now().toISOString();
  await quarantine(archive, {
    connector,
    account,
    deduplicationId,
    reason,
    quarantinedAt,
    item,
  });
}
