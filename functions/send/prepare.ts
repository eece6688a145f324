import { namesEarlierMessages, pricesOfAccount } from '#connectors/capabilities';
import { isConnectorId } from '#connectors/declarations';
import { senders } from '#connectors/senders';
import { type AccountSetting, accountNamed } from '#shared/accounts';
import type { AccountSecrets } from '#shared/aws/secrets/account-secrets';
import { withConversation } from '#shared/aws/store/sending/advice';
import { answeredMessage } from '#shared/aws/store/sending/earlier';
import { isOvertaken, mayHaveLeft } from '#shared/aws/store/sending/lease';
import { recordFailed } from '#shared/aws/store/sending/record-outcome';
import { entriesAfter, latestEntries, readEntry, type Table } from '#shared/aws/store/table';
import type { Sender } from '#shared/connector/define-sender';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import { ConnectorError } from '#shared/errors';
import { entryOfMessageId, isNamed, messageIdOf } from '#shared/ids';
import { omitUndefined } from '#shared/json';
import type { DeliveryError } from '#shared/model/delivery-status';
import { toldRecipients } from '#shared/reply/recipients';
import { targetIn } from '#shared/reply/target';
import type { Entry } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import {
  contentOf,
  type Outbound,
  type Prepared,
  placeOf,
  type SendDependencies,
} from './outbound.ts';

/** While its command is on `outbound.fifo` nothing overtakes a reply; a command that died there is older than this. */
const freshSeconds = 60;

/**
 * Finds sender, account and credentials, and renders the reply. Rendering is pure: what it refuses it refuses again, so
 * the reply is then recorded as failed and nothing is returned; one that may have been sent stays as it is. Throws for
 * what may be different next time. `known` is the route as just read.
 */
export async function prepare(
  dependencies: SendDependencies,
  outbound: Outbound,
  known?: Route,
): Promise<Prepared | undefined> {
  const { accounts, secrets, attemptTimeoutSeconds } = dependencies;
  const { conversation, entry } = outbound;
  const setting = accountNamed(accounts, conversation.connector, conversation.account);
  if (!isConnectorId(conversation.connector)) {
    throw new ConnectorError('misconfigured', `no connector ${conversation.connector}`);
  }
  const sender = senders[conversation.connector];
  const account = sender.readAccount(setting.settings);
  const { target, newestFirst } = known ?? (await routeOf(dependencies, outbound));
  const requests = await refusable(dependencies, outbound, () =>
    sender.render(replyOf(outbound), named(outbound, target), account),
  );
  if (!requests) return undefined;
  const context = {
    ...(await contextOf(sender, setting, secrets)),
    messageId: messageIdOf(conversation.id, entry),
    timeoutSeconds: attemptTimeoutSeconds,
  };
  const overtaken = await overtakenNow(dependencies, outbound, newestFirst);
  const prices = pricesOfAccount(accounts, conversation);
  return { sender, setting, requests, prices, context, isOvertaken: overtaken };
}

/**
 * Tells if a later reply has left: from the entries already read, or those right behind the reply; only an old command
 * looks further than that.
 */
async function overtakenNow(
  { target, now }: SendDependencies,
  { conversation, entry }: Outbound,
  newestFirst: readonly Entry[] | undefined,
): Promise<boolean> {
  const { sequence, message } = entry;
  const later =
    newestFirst?.filter((each) => each.sequence > sequence) ??
    (await entriesAfter(target.table, conversation.id, sequence, rememberedEntries));
  if (later.some(mayHaveLeft)) return true;
  if (later.length < rememberedEntries) return false;
  const ageMs = now().getTime() - Date.parse(message?.receivedAt ?? '');
  if (ageMs < freshSeconds * 1000) return false;
  return isOvertaken(target.table, { conversationId: conversation.id, sequence });
}

/** The context that every call to a provider gets of its account. */
export async function contextOf(
  sender: Sender,
  { apiUrl, publicUrl, secretId, settings }: AccountSetting,
  secrets: AccountSecrets,
): Promise<Pick<Prepared['context'], 'account' | 'credentials' | 'apiUrl' | 'publicUrl'>> {
  const account = sender.readAccount(settings);
  const credentials = await secrets.current(secretId, sender.readCredentials);
  return { account, credentials, apiUrl, publicUrl };
}

/**
 * The route, if the message that the reply answers can be named to the provider: never sent as if it answered nothing.
 */
function named({ entry }: Outbound, route: ReplyTarget): ReplyTarget {
  const answered = entry.reply?.inReplyToMessageId;
  if (answered === undefined || entry.delivery.usesFallback) return route;
  if (route.inReplyToProviderMessageId !== undefined) return route;
  const title = 'inReplyToMessageId: names a message that has no id at its provider';
  throw new ConnectorError('invalid_reply', title);
}

function replyOf({ conversation, entry }: Outbound): OutboundReply {
  const messageId = messageIdOf(conversation.id, entry);
  const { replyId = messageId, author, subject } = entry.message ?? {};
  const authorName = author?.displayName;
  const { sendAt, purpose } = entry.reply ?? {};
  return {
    ...{ messageId, replyId, content: contentOf(entry) },
    ...(authorName ? { authorName } : {}),
    ...(subject ? { subject } : {}),
    ...(sendAt ? { sendAt } : {}),
    ...(author?.role === 'bot' ? { isAutomatic: true } : {}),
    ...(purpose === 'marketing' ? { isMarketing: true } : {}),
  };
}

async function refusable(
  { target, now }: SendDependencies,
  outbound: Outbound,
  render: () => readonly unknown[],
): Promise<readonly unknown[] | undefined> {
  try {
    const requests = render();
    if (requests.length > 0) return requests;
    throw new ConnectorError('content_not_supported', 'the reply renders to nothing');
  } catch (fault) {
    if (outbound.entry.delivery.state === 'uncertain') return undefined;
    const error = await withConversation(target.table, outbound.conversation, refusalBy(fault));
    await recordFailed(target.table, placeOf(outbound), { error, at: now().toISOString() });
    return undefined;
  }
}

function refusalBy(fault: unknown): DeliveryError {
  if (!(fault instanceof ConnectorError)) {
    const title = 'the reply cannot be rendered';
    return { code: 'content_not_supported', title, retryable: false };
  }
  const { code, message: title, advice } = fault;
  return { code, title, retryable: false, ...omitUndefined({ advice }) };
}

/** Mail clients follow References of any length; the newest thirty and the root are what they need. */
const rememberedEntries = 30;

/** The destination of a reply, and the messages that were read for it. */
export interface Route {
  readonly target: ReplyTarget;
  /** The newest entries of the conversation, newest first; absent where its connector names none of them. */
  readonly newestFirst?: readonly Entry[];
}

/**
 * Finds everything of the route in the conversation: addresses, thread, and the messages before the reply. What came
 * behind it changes nothing: the message that a reply answers is the one that it answered when it was taken.
 */
export async function routeOf(
  { target: { table } }: Pick<SendDependencies, 'target'>,
  { conversation, entry }: Outbound,
): Promise<Route> {
  const content = contentOf(entry);
  const reactsTo =
    content.type === 'reaction'
      ? await providerIdOf(table, conversation, content.messageId)
      : undefined;
  const answered = await providerIdOf(table, conversation, entry.reply?.inReplyToMessageId ?? '');
  const newestFirst = namesEarlierMessages(conversation.connector)
    ? await latestEntries(table, conversation.id, rememberedEntries)
    : undefined;
  const earlier = await entriesBeforeReply(table, conversation.id, entry.sequence, newestFirst);
  const isOpenToAll = conversation.visibility === 'public' && answered === undefined;
  const newest = isOpenToAll ? await newestPost(table, conversation.id, entry, earlier) : undefined;
  const target = {
    ...targetIn(conversation),
    recipients: toldRecipients(entry.message),
    providerMessageIds: earlier
      .flatMap(({ providerMessageId }) => providerMessageId ?? [])
      .reverse(),
    ...(reactsTo ? { reactsToProviderMessageId: reactsTo } : {}),
    ...(answered ? { inReplyToProviderMessageId: answered } : {}),
    ...(newest ? { lastInboundProviderMessageId: newest } : {}),
  };
  return { target, ...(newestFirst ? { newestFirst } : {}) };
}

/** The entries right before the reply, newest first: read again where too many stand behind it. */
async function entriesBeforeReply(
  table: Table,
  conversationId: string,
  sequence: number,
  newestFirst: readonly Entry[] = [],
): Promise<readonly Entry[]> {
  const earlier = newestFirst.filter((each) => each.sequence < sequence);
  const isCut = newestFirst.length === rememberedEntries;
  const isBehind = newestFirst.some((each) => each.sequence > sequence);
  if (!isCut || !isBehind) return earlier;
  return latestEntries(table, conversationId, rememberedEntries, sequence);
}

async function newestPost(
  table: Table,
  conversationId: string,
  { sequence, message }: Entry,
  known: readonly Entry[],
): Promise<string | undefined> {
  const taken = { before: sequence, takenAt: message?.receivedAt ?? '', known };
  return (await answeredMessage(table, conversationId, taken)).providerMessageId;
}

/** The provider's id of a message the caller named by ours, where it is one of this conversation. */
async function providerIdOf(
  table: Table,
  conversation: ConversationItem,
  messageId: string,
): Promise<string | undefined> {
  const named = entryOfMessageId(messageId);
  if (named?.conversationId !== conversation.id) return undefined;
  const entry = await readEntry(table, conversation.id, named.sequence);
  return entry && isNamed(named, entry) ? entry.providerMessageId : undefined;
}
