import { statusLookUpSeconds } from '#connectors/capabilities';
import { isConnectorId } from '#connectors/declarations';
import { senders } from '#connectors/senders';
import { accountNamed } from '#shared/accounts';
import { actOnTroubles } from '#shared/aws/publish/account-trouble';
import { publish } from '#shared/aws/publish/publish';
import { endStatusLookUp, isStatusDue } from '#shared/aws/store/due/check-due';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { FoundStatus } from '#shared/connector/sender';
import { logger } from '#shared/logger';
import type { ConversationItem } from '#shared/table/items';
import { knownParts } from '#shared/table/parts';
import { type Outbound, placeOf, type SendDependencies } from './outbound.ts';
import { contextOf } from './prepare.ts';

/**
 * Asks the provider for the status of each message of a reply whose look-up is due, and tells what it finds as a status
 * callback would. Done once; where the provider cannot be asked, the sweep asks for it again.
 */
export async function lookUpStatus(
  dependencies: SendDependencies,
  outbound: Outbound,
): Promise<void> {
  const { target, now } = dependencies;
  const { conversation, entry } = outbound;
  const seconds = statusLookUpSeconds(conversation.connector);
  if (seconds === undefined || !isStatusDue(entry, now(), seconds)) return;
  const ids = knownParts(entry).flatMap(({ providerMessageId }) => providerMessageId ?? []);
  let isAnswered = true;
  for (const id of new Set(ids)) {
    const found = await foundFor(dependencies, outbound, id);
    if (found === 'unknown') isAnswered = false;
    else if (found) await tell(dependencies, conversation, id, found);
  }
  logger.info('status looked up', { ...placeOf(outbound), isAnswered });
  if (isAnswered) await endStatusLookUp(target.table, placeOf(outbound));
}

async function foundFor(
  { accounts, secrets, attemptTimeoutSeconds }: SendDependencies,
  { conversation }: Outbound,
  providerMessageId: string,
): Promise<FoundStatus | 'unknown' | undefined> {
  const { connector, account } = conversation;
  const sender = isConnectorId(connector) ? senders[connector] : undefined;
  if (!sender?.lookUpStatus) return undefined;
  try {
    const setting = accountNamed(accounts, connector, account);
    const context = await contextOf(sender, setting, secrets);
    const asked = { ...context, timeoutSeconds: attemptTimeoutSeconds };
    return await sender.lookUpStatus(providerMessageId, asked);
  } catch (fault) {
    logger.error('status not looked up', { name: fault instanceof Error ? fault.name : 'unknown' });
    return 'unknown';
  }
}

async function tell(
  { target, now }: SendDependencies,
  conversation: ConversationItem,
  providerMessageId: string,
  found: FoundStatus,
): Promise<void> {
  const { connector, account } = conversation;
  const origin = { connector, account, receivedAt: now().toISOString() };
  const update = { ...found, kind: 'status', target: { providerMessageId } } as const;
  const { changed } = await applyChannelUpdate(target.table, origin, update);
  if (changed) await publish(target, changed.conversation, changed.entry);
  const { accountTroubles = [] } = found;
  if (accountTroubles.length > 0)
    await actOnTroubles(target, origin, accountTroubles, origin.receivedAt);
}
