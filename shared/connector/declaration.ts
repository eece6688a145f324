import type * as core from 'zod/v4/core';
import type { Channel } from '#shared/model/channel';
import type { PriceTable } from '#shared/model/price';
import type { SignalCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';

/**
 * A field of a reply that not every channel can honour, by its path. One that a channel does not declare is refused by
 * name, never left out. Other fields are part of the content, or only told (`author`, `metadata`, `fileName`).
 */
export type ReplyField =
  | 'inReplyToMessageId'
  | 'fallbackTemplate'
  /** The types that the channel cannot show, and that go out as numbered text (shared/reply/as-text.ts). */
  | 'asText'
  /** The channel declares a `schedule` too. */
  | 'sendAt'
  | 'subject'
  | 'to'
  | 'cc'
  | 'bcc'
  | 'content.html'
  | 'content.attachments'
  /** The description of a file, or of one of the files beside a text. */
  | 'content.altText'
  | 'content.variables'
  | 'content.linkPreview'
  | 'content.url'
  | 'content.contacts.origin';

/** Each field that is honoured, with the types of content it is honoured with. */
export type ReplyFields = Readonly<Partial<Record<ReplyField, readonly ReplyContent['type'][]>>>;

/** The range, before its time, in which a message may be given to the provider, which keeps it until then. */
export interface Schedule {
  /** The provider's own least: a reply that is handed over later is refused, and never sent at once. */
  readonly minSeconds: number;
  /** The least when a reply is taken: it may have to wait before it is handed over. */
  readonly minSecondsWhenTaken: number;
  readonly maxSeconds: number;
}

/** The abilities of one channel of a connector. Shared code asks this and never asks which channel it is. */
export interface ChannelCapabilities {
  readonly replyContent: readonly ReplyContent['type'][];
  /** Those of `replyContent` that a group can be sent; absent where the channel has no groups. */
  readonly groupReplyContent?: readonly ReplyContent['type'][];
  /** The fields that are honoured in a reply; absent: none. */
  readonly replyFields?: ReplyFields;
  /** The fields that are honoured in a public conversation; absent: as in a private one. */
  readonly publicReplyFields?: ReplyFields;
  /** The longest text of one message, in UTF-16 code units. */
  readonly maxTextLength: number;
  /** A longer text is cut into at most this many messages; 1 means it is refused. */
  readonly maxTextParts: number;
  /**
   * The same in public conversations, where they differ. Where it depends on the account, these are the limits of any
   * account, and the reply check knows those of its own.
   */
  readonly publicText?: { readonly maxLength: number; readonly maxParts: number };
  /** Hours after the customer's last message in which a free-form reply may go out; absent: always. */
  readonly replyWindowHours?: number;
  /** The provider sends a message at a time that the reply names (`sendAt`); absent: it sends at once. */
  readonly schedule?: Schedule;
  /**
   * Machines write on this channel, and answer what is sent to them. An automatic reply (of author role `bot`) is
   * refused where a machine wrote the message it answers, and where another one went to the same address in the last
   * `secondsApart`. Absent: customers are people.
   */
  readonly automaticReplies?: { readonly secondsApart: number };
  /** Signals that can be shown to the customer beside messages; absent: none. */
  readonly signals?: readonly SignalCommand['signal'][];
  /** The size of the files of one reply together; absent: each has its own limit only. */
  readonly maxFilesBytes?: number;
  readonly media?: { readonly contentTypes: readonly string[]; readonly maxSizeBytes: number };
}

/** The send rate of an account: a bucket of `burst` sends that fills at `perSecond`. */
export interface Pacing {
  readonly perSecond: number;
  readonly burst: number;
}

/** The send rate that holds for one reply. */
export interface ReplyPacing extends Pacing {
  /** Replies in public conversations have a bucket of their own; absent: the bucket of the account. */
  readonly bucket?: 'public';
}

/**
 * The declared facts of one connector: plain data and two schemas, cheap enough for every function and for infra.
 * Both schemas are of `zod/mini`, because the receiving Lambda carries them.
 */
export interface Declaration {
  /** For people: lists and error texts. */
  readonly title: string;
  readonly channels: Partial<Record<Channel, ChannelCapabilities>>;
  /**
   * The way in which messages come in: the provider calls `/webhooks/<connector>/<account>`, SES stores mail, or an AWS
   * service publishes them on an SNS topic.
   */
  readonly receives: 'webhook' | 'mail' | 'topic';
  /** The AWS service that alone may publish on the topic. */
  readonly topicPublisher?: string;
  /** The queue gets a notification in SNS's envelope: the time in it is the only one that the provider tells. */
  readonly topicEnvelope?: true;
  /** Files of a message stay at the provider until they are fetched (connectors/media-sources.ts). */
  readonly fetchesMedia?: boolean;
  /** `switchboard doctor` says what to enter at the provider, and why a webhook is refused (connectors/doctors.ts). */
  readonly explainsWebhooks?: boolean;
  /** `switchboard webhooks` registers them through the provider's API (connectors/registrations.ts). */
  readonly registersWebhooks?: boolean;
  /** `switchboard tokens` gets access tokens of an account from the provider (connectors/authorizations.ts). */
  readonly issuesTokens?: boolean;
  /** Access tokens of an account may end, and one function refreshes them (connectors/token-refreshes.ts). */
  readonly refreshesTokens?: boolean;
  /**
   * Campaigns carry a link of one click that unsubscribes (`unsubscribe-link.ts` of the connector); it leads to
   * `/unsubscribe/<connector>/<account>/<token>`.
   */
  readonly unsubscribesByLink?: boolean;
  /** A reply names earlier messages of its conversation: the References of a mail, the post that is answered. */
  readonly namesEarlierMessages?: boolean;
  /** The provider can be asked later for the outcome of an attempt (`reconcile` of the connector's sender). */
  readonly looksUpAttempts?: boolean;
  /**
   * Hours after which the provider is asked for the state of a reply that has no final status yet: not every carrier
   * reports delivery, and a callback can be lost. Absent: its statuses are enough.
   */
  readonly looksUpStatusAfterHours?: number;
  /**
   * The provider's limit per account; absent where the provider queues messages that come too fast. A stage may name
   * another.
   */
  readonly pacing?: Pacing;
  /** The limit of replies in public conversations, where the provider counts them apart; absent: they share `pacing`. */
  readonly publicPacing?: Pacing;
  /** The provider's prices, where it charges by the call and for what it delivers; a stage may name others. */
  readonly prices?: PriceTable;
  /** A deleted message loses its text and its files everywhere, as the provider's terms demand. */
  readonly redactsDeleted?: true;
  /** The provider's real API; a deployment may point elsewhere (CloudFormation parameter), the local stack does. */
  readonly apiUrl: string;
  /**
   * The settings of an account that name what a customer's consent may be for, beside its address: replies through one
   * Messaging Service stop for all its numbers together.
   */
  readonly consentSenders?: readonly string[];
  /** The settings of one account, beside its name. `address` is our own address on the channel. */
  readonly account: core.$ZodType<{ readonly address: string }>;
  /**
   * The content of the account's secret, as JSON. Absent: there is no secret, AWS knows our functions by their roles.
   */
  readonly credentials?: core.$ZodType;
}
