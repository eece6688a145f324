import { actOnTroubles } from '#shared/aws/publish/account-trouble';
import { publish } from '#shared/aws/publish/publish';
import type { RawItem } from '#shared/aws/raw-archive';
import { appendAlert } from '#shared/aws/store/alert';
import { applyChannelUpdate } from '#shared/aws/store/channel-update';
import { MessageExpired } from '#shared/aws/store/retention';
import type { ChannelEvent, ChannelUpdate } from '#shared/connector/channel-event';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { IngressMessage } from '#shared/model/ingress';
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
    if (!(fault instanceof MessageExpired)) throw fault;
    ignore(item, 'message_expired');
  }
}

function ignore({ connector }: IngressMessage, reason: string): void {
  count('ItemsIgnored', connector);
  logger.info('item ignored', { connector, reason });
}

async function handle(
  dependencies: HandleDependencies,
  item: IngressMessage,
  event: ChannelEvent,
  raw: RawItem,
): Promise<void> {
  switch (event.kind) {
    case 'message':
      return handleMessage(dependencies, item, event, raw);
    case 'alert': {
      const { meta, entry } = await appendAlert(dependencies.target.table, item, event);
      return publish(dependencies.target, meta, entry);
    }
    case 'ignored':
      return ignore(item, event.reason);
    default:
      return handleUpdate(dependencies, item, event);
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
  const troubles = update.kind === 'status' ? update.accountTroubles : undefined;
  // Whether its message is known or not. What is read again tells of the past.
  if (troubles && !item.replay) await actOnTroubles(target, item, troubles, item.receivedAt);
}
