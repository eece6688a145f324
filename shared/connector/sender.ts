import type * as core from 'zod/v4/core';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import type { ConsentChange } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { Identity } from '#shared/model/identity';
import type { PricedUse } from '#shared/model/price';
import type { SendSignal } from '#shared/model/send-command';
import type { OutboundReply, ReplyTarget } from './outbound-reply.ts';

/**
 * The data of one attempt beside the request: the account, its credentials, and the id by which the provider can name
 * it back to us.
 */
export interface SendContext<Account, Credentials> {
  readonly account: Account;
  readonly credentials: Credentials;
  /** The provider's API, without a trailing slash. */
  readonly apiUrl: string;
  /** Our webhook for this account, for callbacks. */
  readonly publicUrl: string;
  readonly messageId: string;
  readonly part: number;
  readonly attempt: number;
  /**
   * ISO 8601: the time of the first attempt at this part whose outcome was unknown, where one was made before this
   * attempt and its message was then not found at the provider. Attempts that surely sent nothing do not count.
   */
  readonly unknownSince?: string;
  /** The provider's id of the part before this one; absent for the first. */
  readonly precedingProviderMessageId?: string;
  /** The time limit of one HTTP attempt. */
  readonly timeoutSeconds: number;
}

/**
 * The outcome of one attempt. One that is not proved is `uncertain`: after a timeout, a reset after the request was
 * written and a 5xx (docs/architecture.md, "The way of a reply").
 */
export type SendOutcome =
  | {
      readonly kind: 'sent';
      /** The id that statuses will name; absent where the answer does not know it, then the first of them tells. */
      readonly providerMessageId?: string;
      /** Other ids under which the provider, or the customer's reply, may name this message. */
      readonly providerAliases?: readonly string[];
      /** ISO 8601: the provider keeps the message, and sends it at this time. */
      readonly scheduledFor?: string;
    }
  /** Surely not sent; the same request may be tried again, not before the wait. */
  | {
      readonly kind: 'not_sent';
      readonly retryAfterSeconds?: number;
      readonly error: DeliveryError;
      /**
       * The limit is that of all replies that share the send rate (`pacing`, `publicPacing`): none of them is tried
       * before the wait is over. Absent where it is about this message or its recipient.
       */
      readonly isRateLimit?: true;
      /** The people who run the account must know, although it may send other messages. */
      readonly accountTrouble?: true;
    }
  /** Surely not sent, and never will be. */
  | {
      readonly kind: 'failed';
      readonly error: DeliveryError;
      /** The change of the recipient's consent that it tells: messages are blocked because of an opt-out. */
      readonly consent?: ConsentChange;
      /** The account's settings are the reason, which only the people who run it can change: they are told. */
      readonly accountTrouble?: true;
    }
  | { readonly kind: 'uncertain'; readonly error: DeliveryError }
  /** Surely not sent, because of the account: credentials, credits, suspension. */
  | {
      readonly kind: 'account_paused';
      readonly retryAfterSeconds?: number;
      readonly error: DeliveryError;
    };

/** A provider's answer about an attempt whose outcome is unknown. */
export type Reconciliation =
  | { readonly kind: 'sent'; readonly providerMessageId: string; readonly scheduledFor?: string }
  /** Proved: the provider has no such message. It may be sent again. */
  | { readonly kind: 'not_sent' }
  | { readonly kind: 'unknown' };

/** An attempt to be looked up: when it was made, beside everything the attempt itself knew. */
export interface Attempted<Account, Credentials> extends SendContext<Account, Credentials> {
  /** ISO 8601; the request left at this time at the earliest. */
  readonly attemptedAt: string;
}

/** A stored file that a request shows. */
export interface FileToUpload {
  /** `s3://bucket/key`. */
  readonly uri: string;
  readonly contentType: string;
  readonly fileName?: string;
  readonly maxSizeBytes: number;
}

/** The outcome of an upload: the request that shows the file, or an attempt that surely sent nothing. */
export type UploadOutcome<Request> =
  | { readonly kind: 'uploaded'; readonly request: Request }
  | Extract<SendOutcome, { kind: 'not_sent' | 'failed' | 'account_paused' }>;

/** A typing indicator or read receipt for one message of the customer. */
export interface SignalRequest {
  readonly signal: SendSignal['signal'];
  readonly providerMessageId: string;
  readonly businessIdentity: Identity;
}

/** A status that a look-up has found, as a status callback would tell it. */
export type FoundStatus = Omit<Extract<ChannelUpdate, { kind: 'status' }>, 'target' | 'kind'>;

/** The data of a look-up of messages that were sent. */
export type LookUpContext<Account, Credentials> = Omit<
  SendContext<Account, Credentials>,
  'messageId' | 'part' | 'attempt'
>;

export interface SenderDefinition<Account, Credentials, Request> {
  readonly account: core.$ZodType<Account>;
  readonly credentials: core.$ZodType<Credentials>;
  /** Makes the provider requests of a reply, in order, one for each message the customer will see. Pure. */
  readonly render: (
    reply: OutboundReply,
    target: ReplyTarget,
    account: Account,
  ) => readonly Request[];
  /** The uses that the provider charges for a request, by the names of `Declaration.prices`; absent: none. Pure. */
  readonly usesOf?: (request: Request) => readonly PricedUse[];
  /**
   * Seconds for which a message of a reply in several waits after the one before it, unless that one is delivered
   * earlier; absent: it does not wait. The account decides.
   */
  readonly partPauseSeconds?: (account: Account) => number;
  /** Exactly one HTTP attempt. Never throws for what a provider or a network can do: it classifies. */
  readonly send: (
    request: Request,
    context: SendContext<Account, Credentials>,
  ) => Promise<SendOutcome>;
  /**
   * Looks an uncertain attempt up at the provider; absent where a provider offers no look-up. Never throws for what a
   * provider can do: what it cannot find out is `unknown`.
   */
  readonly reconcile?: (
    request: Request,
    attempted: Attempted<Account, Credentials>,
  ) => Promise<Reconciliation>;
  /**
   * Asks for the present status of a message that was sent, by the provider's id; `unknown` where the provider gave no
   * readable answer, undefined where its state is not final. Absent where `looksUpStatusAfterHours` is. Never throws for
   * what a provider can do.
   */
  readonly lookUpStatus?: (
    providerMessageId: string,
    context: LookUpContext<Account, Credentials>,
  ) => Promise<FoundStatus | 'unknown' | undefined>;
  /** The files a request needs before it can be sent, in order; absent where no request needs any. Pure. */
  readonly filesOf?: (request: Request) => readonly FileToUpload[];
  /**
   * Uploads the files: the bytes of each, in the order of `filesOf`. The customer sees nothing of it, so it may be done
   * again. Never throws, as `send`.
   */
  readonly upload?: (
    request: Request,
    files: readonly Uint8Array[],
    context: SendContext<Account, Credentials>,
  ) => Promise<UploadOutcome<Request>>;
  /** The files go with the message itself: `upload` only keeps their bytes, and the attempt gets the time of an upload. */
  readonly sendsFiles?: true;
  /**
   * Puts the web addresses of the files into the request, in place of an upload: the provider fetches the files from
   * there within the hour. Pure.
   */
  readonly showAt?: (request: Request, addresses: readonly string[]) => Request;
  /**
   * Does the other work at the provider that a request needs before it can be sent; absent where none needs any. The
   * customer sees nothing of it, so it may be done again. Never throws, as `send`.
   */
  readonly prepare?: (
    request: Request,
    context: SendContext<Account, Credentials>,
  ) => Promise<UploadOutcome<Request>>;
  /** Shows the customer a typing indicator or read receipt. Tried once; true when the provider took it. */
  readonly signal?: (
    signal: SignalRequest,
    context: SendContext<Account, Credentials>,
  ) => Promise<boolean>;
}
