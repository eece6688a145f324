import { namesEarlierMessages } from '#connectors/capabilities';
import { isConnectorId } from '#connectors/declarations';
import { senders } from '#connectors/senders';
import { type AccountSetting, accountNamed } from '#shared/accounts';
import type { AccountSecrets } from '#shared/aws/secrets/account-secrets';
import { isOvertaken, mayHaveLeft } from '#shared/aws/store/sending/claim';
import { settleFailed } from '#shared/aws/store/sending/settle';
import { entriesAfter, latestEntries } from '#shared/aws/store/table';
import type { OutboundReply, ReplyTarget, SendContext, Sender } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import { messageIdOf } from '#shared/ids';
import type { Entry } from '#shared/table/entry';
import { type Outbound, placeOf, type SendDependencies } from './outbound.ts';
import { contentOf, targetOf } from './route.ts';

/** Everything an attempt needs, found before the claim: what fails here is surely not sent. */
export interface Prepared {
  readonly sender: Sender;
  readonly setting: AccountSetting;
  readonly requests: readonly unknown[];
  readonly context: Omit<SendContext<unknown, unknown>, 'part' | 'attempt'>;
  /** A later reply of the conversation has been with its provider: this one must not be sent any more. */
  readonly isOvertaken: boolean;
}

/** Mail clients follow References of any length; the newest thirty and the root are what they need. */
const rememberedEntries = 30;
/** While its command is on `outbound.fifo` nothing overtakes a reply; a command that died there is older than this. */
const freshSeconds = 60;

/**
 * Finds sender, account and credentials, and renders the reply. Rendering is pure: what it refuses it refuses again,
 * so the reply is then settled as failed and nothing is returned; one that may have been sent stays as it is.
 * Throws for what may be different next time.
 */
export async function prepare(
  dependencies: SendDependencies,
  outbound: Outbound,
): Promise<Prepared | undefined> {
  const { accounts, secrets, attemptTimeoutSeconds, target } = dependencies;
  const { meta, entry } = outbound;
  const setting = accountNamed(accounts, meta.connector, meta.account);
  if (!isConnectorId(meta.connector)) {
    throw new ConnectorError('misconfigured', `no connector ${meta.connector}`);
  }
  const sender = senders[meta.connector];
  const account = sender.readAccount(setting.settings);
  const newestFirst = namesEarlierMessages(meta.connector)
    ? await latestEntries(target.table, meta.id, rememberedEntries)
    : undefined;
  const route = await targetOf(target.table, outbound, newestFirst ?? []);
  const requests = await refusable(dependencies, outbound, () =>
    sender.render(replyOf(outbound), named(outbound, route), account),
  );
  if (!requests) return undefined;
  const context = {
    ...(await contextOf(sender, setting, secrets)),
    messageId: messageIdOf(meta.id, entry),
    timeoutSeconds: attemptTimeoutSeconds,
  };
  const overtaken = await overtakenNow(dependencies, outbound, newestFirst);
  return { sender, setting, requests, context, isOvertaken: overtaken };
}

/** From what was read anyway, or what stands right behind the reply; only an old command looks further than that. */
async function overtakenNow(
  { target, now }: SendDependencies,
  { meta, entry }: Outbound,
  newestFirst: readonly Entry[] | undefined,
): Promise<boolean> {
  const { sequence, message } = entry;
  const later =
    newestFirst?.filter((each) => each.sequence > sequence) ??
    (await entriesAfter(target.table, meta.id, sequence, rememberedEntries));
  if (later.some(mayHaveLeft)) return true;
  if (later.length < rememberedEntries) return false;
  const ageMs = now().getTime() - Date.parse(message?.receivedAt ?? '');
  if (ageMs < freshSeconds * 1000) return false;
  return isOvertaken(target.table, { conversationId: meta.id, sequence });
}

/** What every call to a provider knows of the account it is made for. */
export async function contextOf(
  sender: Sender,
  { apiUrl, publicUrl, secretId, settings }: AccountSetting,
  secrets: AccountSecrets,
): Promise<Pick<Prepared['context'], 'account' | 'credentials' | 'apiUrl' | 'publicUrl'>> {
  const account = sender.readAccount(settings);
  const credentials = await secrets.current(secretId, sender.readCredentials);
  return { account, credentials, apiUrl, publicUrl };
}

/** The route, if what the reply answers can be named to the provider: never sent as if it answered nothing. */
function named({ entry }: Outbound, route: ReplyTarget): ReplyTarget {
  const answered = entry.reply?.inReplyToMessageId;
  if (answered === undefined || entry.delivery.usesFallback) return route;
  if (route.inReplyToProviderMessageId !== undefined) return route;
  const title = 'inReplyToMessageId: names a message that has no id at its provider';
  throw new ConnectorError('invalid_reply', title);
}

function replyOf({ meta, entry }: Outbound): OutboundReply {
  const messageId = messageIdOf(meta.id, entry);
  const { replyId = messageId, author } = entry.message ?? {};
  const authorName = author?.displayName;
  return { messageId, replyId, content: contentOf(entry), ...(authorName ? { authorName } : {}) };
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
    const code = fault instanceof ConnectorError ? fault.code : 'content_not_supported';
    const title = fault instanceof ConnectorError ? fault.message : 'the reply cannot be rendered';
    const failure = { error: { code, title, retryable: false }, at: now().toISOString() };
    await settleFailed(target.table, placeOf(outbound), failure);
    return undefined;
  }
}
