import { atMost } from '#shared/at-most';
import { actOnTroubles } from '#shared/aws/publish/account-trouble';
import { gathering } from '#shared/aws/queues/queue';
import type { BatchRecord, Faults } from '#shared/aws/queues/queue-consumer';
import type { AccountTrouble, ChannelUpdate } from '#shared/connector/channel-event';
import type { IngressMessage } from '#shared/model/ingress';
import { StatusesMessage } from '#shared/model/statuses';
import { rawItem } from '#shared/raw/item';
import { handleUpdates, type Told, troublesIn } from './handle-event.ts';
import {
  bodyOf,
  handleEvents,
  isRefusedByTable,
  type NormalizeDependencies,
  readItem,
  strangeItem,
} from './normalize.ts';

/** Messages worked on at once: as many as a batch of the normalized queue holds events. */
const messagesAtOnce = 10;

type Status = ChannelUpdate & { readonly kind: 'status' };

/** A status with the record it came in. */
interface Received extends Told<Status> {
  readonly recordId: string;
}

/**
 * Takes a batch of the queue `statuses`: reads every item, joins the statuses of one message, in the order of the
 * batch, stores and publishes them; several messages at once, whose events go out together. Resolves with the failures:
 * a record of several items fails with any of them and is repeated whole, which changes nothing of what was done
 * already.
 */
export function statusNormalizer(dependencies: NormalizeDependencies) {
  return async (records: readonly BatchRecord[]): Promise<Faults> => {
    const faults = new Map<string, unknown>();
    const failing = async (ids: readonly string[], work: () => Promise<void>): Promise<void> => {
      await work().catch((fault: unknown) => {
        for (const id of ids) faults.set(id, fault);
      });
    };
    const received: Received[] = [];
    await atMost(messagesAtOnce, records, (record) =>
      failing([record.messageId], async () => {
        received.push(...(await readRecord(dependencies, record)));
      }),
    );
    const { queue: normalized, work } = gathering(dependencies.target.normalized);
    const together = { ...dependencies, target: { ...dependencies.target, normalized } };
    await atMost(messagesAtOnce, groupsOf(received, messageKey), (group) =>
      failing(recordIds(group), () => work(() => handleStatuses(together, group))),
    );
    // Once for the batch, not for each of a campaign's failures: they are all of one account.
    const troubled = received.filter((each) => troublesIn(each).length > 0);
    for (const group of groupsOf(troubled, accountKey)) {
      await failing(recordIds(group), () => act(dependencies, group));
    }
    return faults;
  };
}

/** Groups in the order in which the first of each came. */
function groupsOf(received: readonly Received[], key: (each: Received) => string): Received[][] {
  return [...Map.groupBy(received, key).values()];
}

function recordIds(received: readonly Received[]): string[] {
  return received.map(({ recordId }) => recordId);
}

/** The statuses of one record. Other events of an item (nothing of interest, an alert) are handled at once. */
async function readRecord(
  dependencies: NormalizeDependencies,
  { messageId: recordId, body }: BatchRecord,
): Promise<Received[]> {
  const received: Received[] = [];
  for (const item of itemsIn(body)) {
    const { events } = await readItem(dependencies, item);
    const statuses = events.filter((event) => event.kind === 'status');
    const others = events.filter((event) => event.kind !== 'status');
    if (others.length > 0) await handleEvents(dependencies, item, others, rawItem(item));
    received.push(...statuses.map((update) => ({ recordId, item, update })));
  }
  return received;
}

/** The items of one record. Throws for a message of a newer release. */
function itemsIn(body: string): IngressMessage[] {
  const parsed = StatusesMessage.safeParse(bodyOf(body));
  if (!parsed.success) return [strangeItem(body, 'not statuses')];
  const { items, ...origin } = parsed.data;
  return items.map((item) => ({ ...origin, ...item }));
}

/** The key of one message we sent, the same for all its parts: their statuses are written to one place. */
function messageKey({ item: { connector, account }, update: { target, id } }: Received): string {
  const { messageId, providerMessageId } = target;
  return JSON.stringify([connector, account, messageId ?? providerMessageId ?? id]);
}

/** Target by target, because each part of a reply has an id of its own. */
async function handleStatuses(
  dependencies: NormalizeDependencies,
  received: readonly Received[],
): Promise<void> {
  for (const group of groupsOf(received, ({ update }) => JSON.stringify(update.target))) {
    await handleUpdates(dependencies, group).catch((fault) => {
      if (!isRefusedByTable(fault)) throw fault;
      return handleEach(dependencies, group);
    });
  }
}

/** Handles them one by one: those that the table refuses are set aside. */
async function handleEach(
  dependencies: NormalizeDependencies,
  group: readonly Received[],
): Promise<void> {
  for (const { item, update } of group) {
    await handleEvents(dependencies, item, [update], rawItem(item));
  }
}

function accountKey({ item: { connector, account } }: Received): string {
  return JSON.stringify([connector, account]);
}

/** Acts once on each trouble, at the time of the first status that told of one. */
async function act(
  { target }: NormalizeDependencies,
  received: readonly Received[],
): Promise<void> {
  const [first] = received;
  if (!first) return;
  const distinct = new Map(received.flatMap(troublesIn).map((each) => [troubleKey(each), each]));
  await actOnTroubles(target, first.item, [...distinct.values()], first.item.receivedAt);
}

function troubleKey({ channel, error, pause, retryAfterSeconds }: AccountTrouble): string {
  return JSON.stringify([channel, error.code, error.providerCode, pause, retryAfterSeconds]);
}
