import type { AccountSetting } from '#shared/accounts';
import type { ChannelCapabilities, Declaration, ReplyPacing } from '#shared/connector/declaration';
import type { Channel } from '#shared/model/channel';
import { type PriceTable, withPrices } from '#shared/model/price';
import { declarations, isConnectorId } from './declarations.ts';

/** The capabilities of a connector on a channel; undefined where it does not serve the channel. */
export function capabilitiesOf(
  connector: string,
  channel: Channel,
): ChannelCapabilities | undefined {
  if (!isConnectorId(connector)) return undefined;
  const channels: Partial<Record<Channel, ChannelCapabilities>> = declarations[connector].channels;
  return channels[channel];
}

function declarationOf(connector: string): Declaration | undefined {
  return isConnectorId(connector) ? declarations[connector] : undefined;
}

/**
 * True when a connector's files are fetched after the message. Its declaration says so: the code that fetches is not
 * loaded.
 */
export function fetchesMedia(connector: string): boolean {
  return declarationOf(connector)?.fetchesMedia === true;
}

/**
 * True when a connector's messages are mails. Their items have a queue and a function of their own
 * (docs/decisions/0016-mail-has-its-own-function.md).
 */
export function receivesMail(connector: string): boolean {
  return isConnectorId(connector) && declarations[connector].receives === 'mail';
}

/** Tells if a connector reads what its webhooks have not brought. Its declaration says so: the code is not loaded. */
export function catchesUp(connector: string): boolean {
  return declarationOf(connector)?.catchesUp === true;
}

/** Tells if a connector's campaigns carry links that unsubscribe. */
export function unsubscribesByLink(connector: string): boolean {
  return declarationOf(connector)?.unsubscribesByLink === true;
}

/** Tells if a reply of a connector names earlier messages of its conversation, so that they are to be read for it. */
export function namesEarlierMessages(connector: string): boolean {
  return declarationOf(connector)?.namesEarlierMessages === true;
}

/** Tells if the words and files of a connector's deleted messages are deleted too (shared/aws/store/redaction). */
export function redactsDeleted(connector: string): boolean {
  return declarationOf(connector)?.redactsDeleted === true;
}

/** Tells if a connector can look an attempt up at its provider later. Its declaration says so: no sender is loaded. */
export function looksUpAttempts(connector: string): boolean {
  return declarationOf(connector)?.looksUpAttempts === true;
}

/** Tells if access tokens of a connector's accounts may end and be refreshed. */
export function refreshesTokens(connector: string): boolean {
  return declarationOf(connector)?.refreshesTokens === true;
}

/** Seconds after which a reply without a final status is looked up; undefined where the provider offers no look-up. */
export function statusLookUpSeconds(connector: string): number | undefined {
  if (!isConnectorId(connector)) return undefined;
  const { looksUpStatusAfterHours: hours }: Declaration = declarations[connector];
  return hours === undefined ? undefined : hours * 3600;
}

/**
 * The time of the status look-up of a reply that its provider takes now; nothing where its connector needs none. A reply
 * that the provider keeps has no status before `sendAt`.
 */
export function statusLookUpAt(
  { connector }: { readonly connector: string },
  now: Date,
  sendAt = now.toISOString(),
): { readonly lookUpAt?: string } {
  const seconds = statusLookUpSeconds(connector);
  if (seconds === undefined) return {};
  const sentMs = Math.max(now.getTime(), Date.parse(sendAt));
  return { lookUpAt: new Date(sentMs + seconds * 1000).toISOString() };
}

/** The values of an account's settings that a customer's consent may be for, beside its address. */
export function consentSendersOf({
  connector,
  settings,
}: Pick<AccountSetting, 'connector' | 'settings'>): readonly string[] {
  if (!isConnectorId(connector)) return [];
  const { consentSenders = [] }: Declaration = declarations[connector];
  const values = new Map(Object.entries(settings ?? {}));
  return consentSenders.flatMap((name) => {
    const value = values.get(name);
    return typeof value === 'string' ? [value] : [];
  });
}

/**
 * The speed at which an account may send: from the settings of its stage, or else from its connector's declaration.
 * Replies in public conversations have a limit and a bucket of their own where one of the two names a limit for them.
 */
export function pacingOf(
  accounts: readonly AccountSetting[],
  {
    connector,
    account,
    visibility,
  }: Pick<AccountSetting, 'connector' | 'account'> & { readonly visibility?: 'private' | 'public' },
): ReplyPacing | undefined {
  const setting = accounts.find((each) => each.connector === connector && each.account === account);
  const declaration = declarationOf(connector);
  const ofPublic = setting?.publicPacing ?? declaration?.publicPacing;
  if (visibility === 'public' && ofPublic) return { ...ofPublic, bucket: 'public' };
  return setting?.pacing ?? declaration?.pacing;
}

/**
 * The prices of an account at its provider: those of its connector's declaration, with what its stage names in their
 * place. Undefined where the provider charges for nothing that is counted here.
 */
export function pricesOfAccount(
  accounts: readonly AccountSetting[],
  { connector, account }: Pick<AccountSetting, 'connector' | 'account'>,
): PriceTable | undefined {
  if (!isConnectorId(connector)) return undefined;
  const { prices }: Declaration = declarations[connector];
  const setting = accounts.find((each) => each.connector === connector && each.account === account);
  return prices && setting?.prices ? withPrices(prices, setting.prices) : prices;
}
