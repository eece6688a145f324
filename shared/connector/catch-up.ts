import type { Channel } from '#shared/model/channel';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { PricedUse } from '#shared/model/price';
import type { ChannelAlert } from './channel-event.ts';
import type { WebhookItem } from './webhook.ts';

/** A list at the provider in which messages stand that a webhook has not brought. */
export interface CatchUpList {
  readonly name: string;
  /** `always`: read in every run. `after_gap`: read only while a gap of the webhook is known. */
  readonly when: 'always' | 'after_gap';
  /** The time from one reading of the list in a gap to the next. */
  readonly minSecondsApart: number;
  /** The most that one entry of the list is charged with. */
  readonly mostUses: readonly PricedUse[];
  /** Sizes of a page: the least and the most that the provider takes, and the first; each page is twice the one before. */
  readonly pages: { readonly least: number; readonly first: number; readonly most: number };
}

/** One entry of a list: what is known of a message before it is stored. */
export interface ListedEntry {
  /** The provider's id of the message, by which the table knows it. */
  readonly id: string;
  /** ISO 8601. */
  readonly occurredAt: string;
  /** Exactly the item that the webhook would have made. Absent where it would have made none. */
  readonly item?: WebhookItem;
  /** Our account wrote it: it is queued although it is known, because it proves that our message arrived. */
  readonly isOwn: boolean;
  /** The webhook brings such messages: one that is not known is evidence of a gap. */
  readonly isExpected: boolean;
}

export interface PageRequest {
  readonly list: string;
  /** Nothing older is read. ISO 8601. */
  readonly since: string;
  /** The newest entry that was read to the end before; nothing up to it is read again. */
  readonly after?: string;
  /** The place at which the page before ended. */
  readonly token?: string;
  readonly maxEntries: number;
}

/** A call that the provider did not grant. */
export type CallRefusal =
  /** Its rate limit: no call before this time is over. */
  | { readonly kind: 'wait'; readonly seconds: number }
  /** A fault of the account, for the people who run it. */
  | { readonly kind: 'refused'; readonly error: DeliveryError; readonly waitSeconds: number }
  /** This one request is not taken: a page that is gone, a job that the plan does not include. */
  | { readonly kind: 'rejected'; readonly title: string }
  /** No answer, or a fault of the provider. */
  | { readonly kind: 'unavailable'; readonly title: string };

export type ReadPage =
  | {
      readonly kind: 'page';
      /** The newest first. */
      readonly entries: readonly ListedEntry[];
      /** The uses that the provider charges for this page. */
      readonly uses: readonly PricedUse[];
      /** Absent at the end: nothing older is wanted, or there is none. */
      readonly next?: string;
    }
  | CallRefusal;

/** The state of our webhook endpoint at the provider. */
export type WebhookHealth =
  | { readonly kind: 'valid' | 'invalid'; readonly webhookId: string }
  | { readonly kind: 'missing' };

export type Called<Answer> = Answer | CallRefusal;

/** The times that a replay may name, in seconds before now. */
export interface ReplayReach {
  readonly oldestSeconds: number;
  /** A job that begins later than this is not taken. */
  readonly latestBeginSeconds: number;
  readonly newestSeconds: number;
}

/** The settings of the catch-up of one account. */
export interface CatchUpSettings {
  /** US dollars that it may spend on one day of UTC, by our estimate. */
  readonly dollarsPerDay: number;
  /** Hours before its first run from which it reads. */
  readonly hoursBack: number;
  /** The provider is asked to repeat its webhooks of a gap, before lists are read. */
  readonly replay: boolean;
  /** Hours after which the lists of a gap are read although no gap is known; 0 is never. */
  readonly gapListsEveryHours: number;
}

export interface CatchUpContext<Account, Credentials> {
  readonly account: Account;
  readonly credentials: Credentials;
  readonly apiUrl: string;
  readonly publicUrl: string;
  /** The time limit of one HTTP request. */
  readonly timeoutSeconds: number;
}

/** An alert of the catch-up, before it has the form of an item. */
export type CatchUpAlert = Pick<ChannelAlert, 'id' | 'code' | 'title' | 'details' | 'occurredAt'>;

/** Reads what a provider's webhooks have not brought. Each call makes as few requests as its answer needs. */
export interface CatchUpDefinition<Account, Credentials> {
  readonly channel: Channel;
  readonly lists: readonly CatchUpList[];
  readonly settings: (account: Account) => CatchUpSettings;
  readonly read: (
    request: PageRequest,
    context: CatchUpContext<Account, Credentials>,
  ) => Promise<ReadPage>;
  readonly checkWebhook: (
    context: CatchUpContext<Account, Credentials>,
  ) => Promise<Called<WebhookHealth>>;
  /** Has the provider check our endpoint again, which enables it. */
  readonly validateWebhook: (
    webhookId: string,
    context: CatchUpContext<Account, Credentials>,
  ) => Promise<Called<WebhookHealth>>;
  /** Asks the provider to repeat the webhooks of a time. */
  readonly replay: (
    job: { readonly webhookId: string; readonly from: string; readonly to: string },
    context: CatchUpContext<Account, Credentials>,
  ) => Promise<Called<{ readonly kind: 'accepted' }>>;
  readonly replayReach: ReplayReach;
  /** An alert as an item, which the connector's parser reads: so it is stored and published as every other one. */
  readonly alertItem: (alert: CatchUpAlert, account: Account) => WebhookItem;
}

type Untyped = CatchUpContext<unknown, unknown>;

/** The same for a caller that knows no connector: account and credentials are read by the connector's own schemas. */
export interface CatchUp
  extends Pick<CatchUpDefinition<unknown, unknown>, 'channel' | 'lists' | 'replayReach'> {
  readonly readAccount: (value: unknown) => unknown;
  readonly readCredentials: (value: unknown) => unknown;
  readonly settings: (account: unknown) => CatchUpSettings;
  readonly read: (request: PageRequest, context: Untyped) => Promise<ReadPage>;
  readonly checkWebhook: (context: Untyped) => Promise<Called<WebhookHealth>>;
  readonly validateWebhook: (webhookId: string, context: Untyped) => Promise<Called<WebhookHealth>>;
  readonly replay: CatchUpDefinition<unknown, unknown>['replay'];
  readonly alertItem: (alert: CatchUpAlert, account: unknown) => WebhookItem;
}
