import { redactsDeleted } from '#connectors/capabilities';
import { actOnTroubles } from '#shared/aws/publish/account-trouble';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { tellAlert } from '#shared/aws/publish/tell-alert';
import { hold } from '#shared/aws/queues/quarantine';
import { JoinsNothing } from '#shared/aws/store/append/joins-nothing';
import { redactCopies } from '#shared/aws/store/redaction/copies';
import { deletedTime, versionsOf } from '#shared/aws/store/redaction/versions';
import { pauseAccount } from '#shared/aws/store/sending/pause';
import { MessageExpired } from '#shared/aws/store/table';
import { applyChannelUpdates } from '#shared/aws/store/update/channel-update';
import type {
  AccountTrouble,
  ChannelEvent,
  ChannelMessage,
  ChannelUpdate,
} from '#shared/connector/channel-event';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { IngressMessage } from '#shared/model/ingress';
import type { RawItem } from '#shared/raw/item';
import { deleteCustomer } from './delete-customer.ts';
import { type HandleDependencies, handleMessage } from './handle-message.ts';

/** Stores one canonical value and publishes what it changed. Repeating it changes nothing and publishes what is missing. */
export async function handleEvent(
  dependencies: HandleDependencies,
  item: IngressMessage,
  event: ChannelEvent,
  raw: RawItem,
): Promise<void> {
  try {
    await handle(dependencies, item, event, raw);
  } catch (fault) {
    if (fault instanceof MessageExpired) return ignore(item, 'message_expired');
    if (!(fault instanceof JoinsNothing)) throw fault;
    await holdBack(dependencies, item, 'report_of_another_message');
  }
}

function ignore({ connector }: IngressMessage, reason: string): void {
  count('ItemsIgnored', connector);
  logger.info('item ignored', { connector, reason });
}

async function holdBack(
  { archive, now }: HandleDependencies,
  item: IngressMessage,
  reason: string,
): Promise<void> {
  const { connector, account, deduplicationId } = item;
  const quarantinedAt = now().toISOString();
  await hold(archive, { connector, account, deduplicationId, reason, quarantinedAt, item });
}

async function handle(
  dependencies: HandleDependencies,
  item: IngressMessage,
  event: ChannelEvent,
  raw: RawItem,
): Promise<void> {
  switch (event.kind) {
    case 'message':
      await handleMessage(dependencies, item, event, raw);
      return event.earlierVersions && deleteEarlier(dependencies, item, event);
    case 'alert': {
      const { target, now } = dependencies;
      if (event.pausesSending && !item.replay) {
        await pauseAccount(target.table, item, undefined, now(), item.receivedAt);
      }
      return tellAlert(target, item, event);
    }
    case 'customer_deletion':
      return deleteCustomer(dependencies, item, event);
    case 'ignored':
      return event.keep ? holdBack(dependencies, item, event.reason) : ignore(item, event.reason);
    default:
      return handleUpdate(dependencies, { item, update: asDeclared(item, event) });
  }
}

/** Marks a deletion that takes the words too, where the connector declares it. */
function asDeclared({ connector }: IngressMessage, update: ChannelUpdate): ChannelUpdate {
  const redacts = update.kind === 'deletion' && redactsDeleted(connector);
  return redacts ? { ...update, redacts } : update;
}

/** One update that a provider tells of a message, and the item it came in. */
export interface Told<Update extends ChannelUpdate = ChannelUpdate> {
  readonly item: IngressMessage;
  readonly update: Update;
}

/** Stores the updates of one message, in this order, and publishes all their changes at once. */
export async function handleUpdates(
  { target }: HandleDependencies,
  told: readonly Told[],
): Promise<void> {
  const [first] = told;
  if (!first) return;
  const { item } = first;
  const results = await applyChannelUpdates(
    target.table,
    item,
    told.map(({ item: { receivedAt }, update }) => ({ receivedAt, update })),
    ({ conversation, entry }) => publish(target, conversation, entry),
  );
  for (const [index, { outcome }] of results.entries()) {
    count(outcome === 'parked' ? 'UpdatesParked' : 'UpdatesApplied', item.connector);
    logger.info('update handled', { kind: told[index]?.update.kind, outcome });
  }
  failpoint('update.afterApply');
  // The last one was written last: it holds what all of them have changed.
  const changed = results.findLast((each) => each.changed)?.changed;
  if (changed) await publish(target, changed.conversation, changed.entry);
  if (results.some(({ outcome }) => outcome === 'parked')) await redactEarly(target, told);
  failpoint('update.afterPublish');
}

/** A deleted message that is not stored may have been quoted: its words go from there at once, if its author deletes. */
async function redactEarly({ table, eraser }: PublishTarget, told: readonly Told[]): Promise<void> {
  for (const { item, update } of told) {
    const { providerMessageId } = update.target;
    if (update.kind !== 'deletion' || !update.redacts || providerMessageId === undefined) continue;
    if (eraser) await redactCopies(table, eraser, item, providerMessageId, update.by);
  }
}

/**
 * The troubles of an account that an update tells of, whether its message is known or not. A replayed item has none:
 * its troubles are past.
 */
export function troublesIn({ item, update }: Told): readonly AccountTrouble[] {
  return update.kind === 'status' && !item.replay ? (update.accountTroubles ?? []) : [];
}

async function handleUpdate(dependencies: HandleDependencies, told: Told): Promise<void> {
  await handleUpdates(dependencies, [told]);
  await deleteVersions(dependencies, told);
  const { item } = told;
  const troubles = troublesIn(told);
  if (troubles.length > 0) {
    await actOnTroubles(dependencies.target, item, troubles, item.receivedAt);
  }
}

/** Deletes the other versions of an edited message: each is a message of its own, and its author deletes all at once. */
async function deleteVersions(
  dependencies: HandleDependencies,
  { item, update }: Told,
): Promise<void> {
  const { providerMessageId } = update.target;
  if (update.kind !== 'deletion' || !update.redacts || providerMessageId === undefined) return;
  for (const id of await versionsOf(dependencies.target.table, item, providerMessageId)) {
    const version = { ...update, target: { providerMessageId: id } };
    await handleUpdates(dependencies, [{ item, update: version }]);
  }
}

/** Deletes the other versions of a message that was deleted before it came: it alone names the earlier ones. */
async function deleteEarlier(
  dependencies: HandleDependencies,
  item: IngressMessage,
  message: ChannelMessage,
): Promise<void> {
  const { providerMessageId, direction, customer } = message;
  const { table } = dependencies.target;
  const occurredAt = await deletedTime(table, item, message, [providerMessageId]);
  if (occurredAt === undefined) return;
  const by = direction === 'outbound' ? 'business' : customer;
  const update = { kind: 'deletion', id: 'version', target: { providerMessageId }, by } as const;
  await deleteVersions(dependencies, { item, update: { ...update, occurredAt, redacts: true } });
}
