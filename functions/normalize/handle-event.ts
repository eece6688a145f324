import { capabilitiesOf } from '#connectors/capabilities';
import type { Archive } from '#shared/aws/archive';
import { archiveObject } from '#shared/aws/archive';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { ArchivedItem } from '#shared/aws/raw-archive';
import { appendAlert } from '#shared/aws/store/alert';
import { appendMessage } from '#shared/aws/store/append';
import { applyChannelUpdate, applyParked } from '#shared/aws/store/channel-update';
import { settleOwnEcho } from '#shared/aws/store/own-echo';
import type { ChannelEvent, ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';
import { failpoint } from '#shared/failpoint';
import { hashOf } from '#shared/ids';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { IngressMessage } from '#shared/model/ingress';

export interface HandleDependencies {
  readonly target: PublishTarget;
  readonly archive: Archive;
  readonly now: () => Date;
}

/** Stores one canonical value and publishes what it changed. Repeating it changes nothing and publishes what is missing. */
export async function handleEvent(
  dependencies: HandleDependencies,
  item: IngressMessage,
  event: ChannelEvent,
  raw: ArchivedItem | undefined,
): Promise<void> {
  switch (event.kind) {
    case 'message':
      return handleMessage(dependencies, item, event, raw);
    case 'alert': {
      const { meta, entry } = await appendAlert(dependencies.target.table, item, event);
      return publish(dependencies.target, meta, entry);
    }
    case 'ignored':
      count('ItemsIgnored', item.connector);
      logger.info('item ignored', { connector: item.connector, reason: event.reason });
      return;
    default:
      return handleUpdate(dependencies, item, event);
  }
}

async function handleMessage(
  dependencies: HandleDependencies,
  item: IngressMessage,
  message: ChannelMessage,
  raw: ArchivedItem | undefined,
): Promise<void> {
  const { target } = dependencies;
  if (message.direction === 'outbound') {
    const own = await settleOwnEcho(target.table, item, message);
    if (own) return publish(target, own.meta, own.entry);
  }
  const html = await keptHtml(dependencies, item, message);
  const replyWindowHours = capabilitiesOf(item.connector, message.channel)?.replyWindowHours;
  const origin = {
    connector: item.connector,
    account: item.account,
    receivedAt: item.receivedAt,
    ...(replyWindowHours === undefined ? {} : { replyWindowHours }),
    // A mail is raw itself; of everything else the archived item is.
    ...(item.raw
      ? { raw: { uri: `s3://${item.raw.bucket}/${item.raw.key}` } }
      : raw
        ? { raw }
        : {}),
    ...(html ? { html } : {}),
  };
  failpoint('normalize.beforeStore');
  const { outcome, meta, entry, parked } = await appendMessage(target.table, origin, message);
  failpoint('normalize.afterStore');
  count(outcome === 'appended' ? 'MessagesStored' : 'DuplicatesSeen', item.connector);
  logger.info('message stored', { conversationId: meta.id, sequence: entry.sequence, outcome });
  await publish(target, meta, entry);
  failpoint('normalize.afterPublish');
  for (const updated of await applyParked(target.table, item, parked, message)) {
    await publish(target, updated.meta, updated.entry);
  }
}

async function handleUpdate(
  { target }: HandleDependencies,
  item: IngressMessage,
  update: ChannelUpdate,
): Promise<void> {
  const result = await applyChannelUpdate(target.table, item, update);
  count(result.outcome === 'parked' ? 'UpdatesParked' : 'UpdatesApplied', item.connector);
  logger.info('update handled', { kind: update.kind, outcome: result.outcome });
  failpoint('update.afterApply');
  if (result.changed) await publish(target, result.changed.meta, result.changed.entry);
  failpoint('update.afterPublish');
}

/** HTML travels by reference: helpdesks that do not want it never carry it, and none gets it by accident. */
async function keptHtml(
  { archive }: HandleDependencies,
  { connector, account }: IngressMessage,
  { html, providerMessageId }: ChannelMessage,
): Promise<string | undefined> {
  if (html === undefined) return undefined;
  const key = `html/${hashOf(connector, account, providerMessageId)}.html`;
  return archiveObject(archive, key, html, 'text/html; charset=utf-8');
}
