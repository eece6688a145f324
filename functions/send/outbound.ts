import type { AccountSetting } from '#shared/accounts';
import type { FileReader } from '#shared/aws/objects/file-reader';
import type { PublishTarget } from '#shared/aws/publish/publish';
import type { ReleaseDependencies } from '#shared/aws/publish/release';
import type { AccountSecrets } from '#shared/aws/secrets/account-secrets';
import type { Place } from '#shared/aws/store/state';
import type { Entry } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import type { Delivery } from '#shared/table/state';

export interface SendDependencies extends ReleaseDependencies {
  readonly accounts: readonly AccountSetting[];
  /** Holds the files that replies show. */
  readonly archiveBucket: string;
  readonly secrets: AccountSecrets;
  readonly target: PublishTarget;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly files: FileReader;
  readonly attemptTimeoutSeconds: number;
  /** How long this invocation may still live: an attempt that is cut off leaves an outcome nobody knows. */
  readonly remainingSeconds: () => number;
  /** A file of a hundred megabytes needs longer than a message. */
  readonly uploadTimeoutSeconds: number;
  readonly leaseSeconds: number;
  /** How long an uncertain attempt is left to the provider's own callbacks before it is looked up. */
  readonly reconcileAfterSeconds: number;
  readonly uncertainAfterSeconds: number;
}

/** One reply with its conversation, as the table holds them now. */
export interface Outbound {
  readonly meta: MetaItem;
  readonly entry: Entry & { readonly delivery: Delivery };
}

export function placeOf({ meta, entry }: Outbound): Place {
  return { conversationId: meta.id, sequence: entry.sequence };
}

/** After so many attempts at one part that surely sent nothing, no more is made. */
export const mostAttempts = 20;

/** Attempts at the part under way, at most: claims are counted over all parts, and each one before it took one. */
export function attemptsAtPart(attempt: number, part: number): number {
  return attempt - part;
}

/** ISO 8601, so many seconds from now. */
export function isoAfter(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}
