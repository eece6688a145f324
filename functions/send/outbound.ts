import type { AccountSetting } from '#shared/accounts';
import type { FileAddresser } from '#shared/aws/objects/file-address';
import type { FileReader } from '#shared/aws/objects/file-reader';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { ReleaseDependencies } from '#shared/aws/publish/release';
import type { AccountSecrets } from '#shared/aws/secrets/account-secrets';
import { giveUpAfterSeconds } from '#shared/aws/store/sending/wait';
import type { Place } from '#shared/aws/store/state';
import type { Changed } from '#shared/aws/store/update/apply';
import { joinParked } from '#shared/aws/store/update/apply-parked';
import type { Sender } from '#shared/connector/define-sender';
import type { SendContext } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import { failpoint } from '#shared/failpoint';
import { omitUndefined } from '#shared/json';
import type { Attachment } from '#shared/model/attachment';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { PriceTable } from '#shared/model/price';
import {
  type FileToAttach,
  type ReplyContent,
  StoredReplyContent,
} from '#shared/model/reply-content';
import { type Entry, isRedacted } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { knownParts } from '#shared/table/parts';
import type { Delivery, EntryState } from '#shared/table/state';

export interface SendDependencies extends ReleaseDependencies {
  readonly accounts: readonly AccountSetting[];
  /** Holds the files that replies show. */
  readonly archiveBucket: string;
  readonly secrets: AccountSecrets;
  readonly target: PublishTarget;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly files: FileReader;
  readonly addressOf: FileAddresser;
  readonly attemptTimeoutSeconds: number;
  /** The time left to this invocation: an attempt that is cut off leaves an unknown outcome. */
  readonly remainingSeconds: () => number;
  /** A file of a hundred megabytes needs longer than a message. */
  readonly uploadTimeoutSeconds: number;
  readonly leaseSeconds: number;
  /** The wait for the provider's own callbacks before an uncertain attempt is looked up. */
  readonly reconcileAfterSeconds: number;
  readonly uncertainAfterSeconds: number;
}

/** One reply with its conversation, as the table holds them now. */
export interface Outbound {
  readonly conversation: ConversationItem;
  readonly entry: Entry & { readonly delivery: Delivery };
}

export function placeOf({ conversation, entry }: Outbound): Place {
  return { conversationId: conversation.id, sequence: entry.sequence };
}

/** A part of the reply was deleted on the channel: the words of the others are gone too. */
const deletedError: DeliveryError = {
  code: 'post_unavailable',
  title: 'it was deleted on the channel before all of it was sent',
  retryable: false,
};

/** After so many attempts at one part that surely sent nothing, no more is made. */
export const maxAttempts = 20;

/** Attempts at the part under way, at most: attempts are counted over all parts, and each part before it took one. */
export function attemptsAtPart(attempt: number, part: number): number {
  return attempt - part;
}

/** The provider's id of the part before, as a field of a context; absent for the first, and where it has none. */
export function precedingId(
  entry: EntryState,
  part: number,
): Pick<SendContext<unknown, unknown>, 'precedingProviderMessageId'> {
  const before = knownParts(entry).find((each) => each.part === part - 1);
  const { providerMessageId } = before ?? {};
  return providerMessageId === undefined ? {} : { precedingProviderMessageId: providerMessageId };
}

/** The time since which the outcome of this part is not sure, as a field of a context; absent where it always was. */
export function unknownSince(
  { delivery }: EntryState,
  part: number,
): Pick<SendContext<unknown, unknown>, 'unknownSince'> {
  const { unknown } = delivery ?? {};
  return unknown?.part === part ? { unknownSince: unknown.since } : {};
}

/** ISO 8601, so many seconds from now. */
export function isoAfter(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}

/** Publishes the changes of a reply that are not told yet; its queue message may be done after that. */
export async function publishPending(
  target: PublishTarget,
  { conversation }: Outbound,
  state: EntryState,
): Promise<void> {
  if (state.publishedRevision < state.revision) await publish(target, conversation, state);
}

/**
 * Ends a reply: publishes it, then applies the updates that had come for its provider ids before they were known here.
 * Repeated after a crash; each step changes nothing the second time.
 */
export async function finish(target: PublishTarget, outbound: Outbound): Promise<void> {
  await publish(target, outbound.conversation, outbound.entry);
  failpoint('send.afterPublish');
  await joinParts(target, outbound);
}

/** Applies what had come for the parts that were sent, and publishes what that changed. */
export async function joinParts(
  target: PublishTarget,
  { conversation, entry }: Outbound,
): Promise<void> {
  const at = target.now().toISOString();
  const ids = knownParts(entry).flatMap(({ providerMessageId }) => providerMessageId ?? []);
  const tell = (told: Changed) => publish(target, told.conversation, told.entry);
  let changed: Changed | undefined;
  for (const id of new Set(ids)) {
    changed = (await joinParked(target.table, conversation, id, at, tell)).at(-1) ?? changed;
  }
  // All of them first: each publishing tells everything that is not told yet.
  if (changed) await tell(changed);
}

/** Everything an attempt needs, found before the lease is taken: a failure here surely sends nothing. */
export interface Prepared {
  readonly sender: Sender;
  readonly setting: AccountSetting;
  readonly requests: readonly unknown[];
  /** The prices of the account, at a provider that charges by the use. */
  readonly prices: PriceTable | undefined;
  readonly context: Omit<SendContext<unknown, unknown>, 'part' | 'attempt'>;
  /** A later reply of the conversation has been with its provider: this one must not be sent any more. */
  readonly isOvertaken: boolean;
}

/** The reason why a reply is not sent any more; undefined while it may be. */
export function tooLate({ entry }: Outbound, now: Date): DeliveryError | undefined {
  if (isRedacted(entry)) return deletedError;
  const { part } = entry.delivery;
  const acceptedAt = Date.parse(entry.message?.receivedAt ?? '');
  if (part > 0 || now.getTime() - acceptedAt < giveUpAfterSeconds * 1000) return undefined;
  const title = 'the provider did not take it for a day';
  return { code: 'not_sent_in_time', title, retryable: true };
}

/** The content of the reply: kept apart only where the message's own content does not hold it all. */
export function contentOf({ reply, delivery, message }: Entry): ReplyContent {
  const { fallbackTemplate, linkPreview, html } = reply ?? {};
  const given = reply?.content ?? message?.content;
  const content = delivery?.usesFallback && fallbackTemplate ? fallbackTemplate : given;
  const parsed = StoredReplyContent.safeParse(content);
  if (!parsed.success) {
    throw new ConnectorError('content_not_supported', `a reply cannot carry ${content?.type}`);
  }
  if (parsed.data.type !== 'text') return parsed.data;
  const attachments = filesOf(message?.attachments ?? []);
  return { ...parsed.data, ...omitUndefined({ linkPreview, html, attachments }) };
}

/** The files beside a text, as the message was told with them. */
function filesOf(attachments: readonly Attachment[]): FileToAttach[] | undefined {
  if (attachments.length === 0) return undefined;
  return attachments.map(({ uri = '', contentType, fileName, contentId, altText }) => ({
    ...{ url: uri, contentType },
    ...omitUndefined({ fileName, contentId, altText }),
  }));
}
