import type { Attachment } from '#shared/model/attachment';
import type { Channel } from '#shared/model/channel';
import type { ConsentChange } from '#shared/model/consent';
import type { Content } from '#shared/model/content';
import type { DeliveryError, DeliveryStatus } from '#shared/model/delivery-status';
import type { ErrorCode } from '#shared/model/error-code';
import type { Identity } from '#shared/model/identity';
import type { Authenticity, Message } from '#shared/model/message';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { Participant } from '#shared/model/participant';
import type { CustomerDeletion } from './customer-deletion.ts';
import type { Thread } from './thread.ts';

/**
 * The customer behind a message: the address to answer first, then every other address the provider named. In a group
 * the group is the customer, under its one address.
 */
export interface Customer {
  readonly identities: readonly [Identity, ...Identity[]];
  readonly displayName?: string;
  readonly username?: string;
}

/**
 * The certainty that a message comes from the address it names. `authenticated`: the provider vouches for the sender.
 * `unknown`: there is evidence neither for it nor against it. `untrusted`: the address surely proves nothing, because
 * its owner denies the message or because the message only mentions it.
 */
export type SenderStanding = 'authenticated' | 'unknown' | 'untrusted';

/** A file as the provider described it. */
export interface ChannelAttachment extends Omit<Attachment, 'id'> {
  /** A short-lived address of the file, tried first when it is fetched at once; never stored. */
  readonly downloadUrl?: string;
  /** The file itself, where it came with the message. In memory only: it is stored once the message is published. */
  readonly bytes?: Uint8Array;
}

/** A message whose words came along with another one. */
export interface CopiedMessage {
  readonly providerMessageId: string;
  /** Its words are the `quotedText`. */
  readonly quoted?: true;
  /** Its author, where the provider names one: only this author's deletion takes the words. */
  readonly author?: Identity;
}

/** A message as the provider told it, before the store has given it a conversation. */
export interface ChannelMessage {
  readonly kind: 'message';
  readonly channel: Channel;
  /** Outbound: written by the business elsewhere (the phone app, the provider's own web page). */
  readonly direction: 'inbound' | 'outbound';
  readonly visibility: 'private' | 'public';
  /** Unique within connector and account, unless there is a `deduplicationId`. */
  readonly providerMessageId: string;
  /**
   * Identifies the message where the provider's id does not: a mail may reuse the Message-ID of another one. The
   * message is still found by its provider id.
   */
  readonly deduplicationId?: string;
  /** The use that the provider charges for its delivery, by the names of `Declaration.prices`; absent: none. */
  readonly use?: string;
  /** Other ids the provider may use for this message later; each finds it again. */
  readonly providerAliases?: readonly string[];
  readonly business: Identity;
  readonly customer: Customer;
  /** `authenticated` when absent: most providers know their users. */
  readonly senderStanding?: SenderStanding;
  /**
   * The address that sent the message, where the customer is another one that it names (a form that writes for another
   * person). It may continue its own conversations; in those of others it speaks in its own name.
   */
  readonly sentFrom?: {
    readonly identity: Identity;
    readonly standing: SenderStanding;
    /** The fields of the same message in the name of this address. */
    readonly inItsName: Pick<ChannelMessage, 'customer' | 'authenticity' | 'metadata'>;
  };
  /** The people beside the customer whom it brings into the conversation. Only where its sender is certain. */
  readonly participants?: readonly Participant[];
  /**
   * The provider id of one of our messages, if this message is nothing but an unchanged copy of that one which came
   * back. If the id is known, the copy is ignored.
   */
  readonly copyOf?: string;
  /** The member of a group who wrote this. Nothing of it becomes the group's: no address, no name, no consent. */
  readonly author?: Customer;
  readonly thread?: Thread;
  /**
   * It may only continue a conversation: where it names none, nothing is stored. `as_only_recipient`: and only if the
   * sent message that it names went to its customer alone, because each recipient knows what it is known by.
   */
  readonly joinsOnly?: true | 'as_only_recipient';
  /** ISO 8601, the provider's clock; absent when unreadable, then the time of receipt counts. */
  readonly occurredAt?: string;
  readonly content: Content;
  readonly text: string;
  readonly attachments: readonly ChannelAttachment[];
  readonly inReplyToProviderMessageId?: string;
  readonly quotedText?: string;
  /** Messages whose words came along (`quoted`: as `quotedText`). Deleted with them, where `redactsDeleted` is declared. */
  readonly copies?: readonly CopiedMessage[];
  /** The ids of its earlier versions, which are messages of their own. Deleted with it, and it with them. */
  readonly earlierVersions?: readonly string[];
  /** The HTML body as it came, untrusted; stored beside the raw item and passed on by reference. */
  readonly originalHtml?: string;
  /** The copy of it that can be shown, stored and passed on in the same way. */
  readonly sanitizedHtml?: string;
  readonly remoteImages?: Message['remoteImages'];
  readonly subject?: string;
  readonly recipients?: readonly Identity[];
  /** Those of the recipients who got a copy. */
  readonly cc?: readonly Identity[];
  readonly authenticity?: Authenticity;
  readonly automated?: boolean;
  readonly forwarded?: boolean;
  readonly referral?: Message['referral'];
  readonly language?: string;
  /** False for an item on the customer's side of the conversation that is no message of the customer (a notice). */
  readonly opensReplyWindow?: boolean;
  /** The change of the customer's consent that this message tells. */
  readonly consent?: ConsentChange;
  /** The provider says that the customer's addresses have been replaced: those before, all on this channel. */
  readonly replacesIdentities?: readonly Identity[];
  /** Addresses the customer says are theirs. They are kept as the customer's, but never tell who is writing. */
  readonly assertsIdentities?: readonly Identity[];
  /** The new handler of the conversation, where the channel tells: `people`, or the name of an automatic agent. */
  readonly handledBy?: string;
  readonly errors?: readonly DeliveryError[];
  readonly metadata?: OwnMetadata;
}

/** Names one of our messages: by the provider's id, or by our own id where the provider echoes it. */
export interface MessageTarget extends Partial<Record<'providerMessageId' | 'messageId', string>> {
  /** The number of the message, from 0, in a reply that went out in several. */
  readonly part?: number;
}

/**
 * A failure of the account and not of one message: its payment, its registration, its settings. The people who run it
 * are told, and it pauses if the same error in an answer to a send would pause it.
 */
export interface AccountTrouble {
  readonly channel: Channel;
  readonly error: DeliveryError;
  readonly pause: boolean;
  /** Seconds that the provider itself wants the account to wait. */
  readonly retryAfterSeconds?: number;
}

/** The author of a change to a message, by the provider's word: a customer, in a group the member, or the business. */
export type UpdateAuthor = Customer | 'business';

/** A provider's later report about a message. `id` is unique per target, so that a repeat is seen as one. */
export type ChannelUpdate = {
  readonly id: string;
  readonly target: MessageTarget;
  readonly occurredAt?: string;
  /** The group in which a member did this; it changes nothing outside that group. */
  readonly group?: Identity;
} & (
  | {
      readonly kind: 'status';
      readonly status: DeliveryStatus;
      /**
       * In a group: the member it speaks of, as the provider names it. Of a message with several recipients: the one it
       * speaks of.
       */
      readonly recipient?: string;
      /** True where the report does not know if its recipient is the only one: then it speaks of the whole message. */
      readonly mayBeOnly?: true;
      /** All recipients of a message that has several: each is a part of it, at least sent. */
      readonly recipients?: readonly string[];
      /** Further names of that member in the same status: they tie it to statuses that give only one of them. */
      readonly aliases?: string[];
      readonly errors?: readonly DeliveryError[];
      /** One status may name several. */
      readonly accountTroubles?: readonly AccountTrouble[];
      /** The change of the recipient's consent that it tells: messages are blocked because of an opt-out. */
      readonly consent?: ConsentChange;
      /** The address that `consent` is of, where a message has several recipients; absent: the customer's. */
      readonly consentOf?: Identity;
      readonly metadata?: OwnMetadata;
    }
  | {
      readonly kind: 'reaction';
      /** Empty when the reaction was taken back. */
      readonly emoji: string;
      /** The person who reacted, in a group the member. */
      readonly customer: Customer;
    }
  | {
      readonly kind: 'edit';
      readonly content: Content;
      readonly text: string;
      readonly by: UpdateAuthor;
    }
  | {
      readonly kind: 'deletion';
      readonly by: UpdateAuthor;
      /** Its text and files go everywhere (`Declaration.redactsDeleted`). Set by normalize, not by parsers. */
      readonly redacts?: true;
    }
);

/** The provider's own name for a kind of report about an account, under which an alert is passed on. */
export type ProviderChange = string & { readonly kind: 'news' };

/** Something the people who run the account must know: credentials broken, quality fallen, number restricted. */
export interface ChannelAlert {
  readonly kind: 'alert';
  readonly id: string;
  readonly channel: Channel;
  readonly code: ErrorCode | ProviderChange;
  readonly title: string;
  readonly details?: unknown;
  readonly occurredAt?: string;
  /** Nothing can be sent until people have acted: the account pauses. */
  readonly pausesSending?: true;
}

/** Understood and deliberately not passed on (an echo of our own send, a replay marker); counted, never silent. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
  /**
   * True for an item that a person may look for later (a mail): it is kept with its reason under `held/`, not only
   * counted.
   */
  readonly keep?: true;
}

export type ChannelEvent =
  | ChannelMessage
  | ChannelUpdate
  | ChannelAlert
  | CustomerDeletion
  | Ignored;
