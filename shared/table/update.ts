import type { Attachment } from '#shared/model/attachment';
import type { ConsentChange } from '#shared/model/consent';
import type { Content } from '#shared/model/content';
import type { Cost } from '#shared/model/cost';
import type { Delay } from '#shared/model/delay';
import type { DeliveryError, DeliveryStatus, MessagePart } from '#shared/model/delivery-status';
import type { Author } from '#shared/model/message';

interface Told {
  readonly occurredAt: string;
  /** The generation of the table in which it was stored. */
  readonly generation?: number | undefined;
}

/** A change of the status of a message. */
export interface StatusUpdate extends Told {
  readonly kind: 'status';
  readonly status: DeliveryStatus;
  /** As known when this happened. */
  readonly providerMessageId?: string | undefined;
  readonly errors: readonly DeliveryError[];
  readonly parts?: readonly MessagePart[] | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** The change of the customer's consent that it tells. */
  readonly consent?: ConsentChange | undefined;
  /** The estimated price of a message that was sent. */
  readonly cost?: Cost | undefined;
}

export interface ReactionUpdate extends Told {
  readonly kind: 'reaction';
  /** Empty where a reaction was taken back. */
  readonly emoji: string;
  readonly author: Author;
}

export interface EditUpdate extends Told {
  readonly kind: 'edit';
  readonly content: Content;
  readonly text: string;
}

interface DeletionUpdate extends Told {
  readonly kind: 'deletion';
  /** The words and files of the message are deleted too. */
  readonly redacts?: true | undefined;
}

/** A reply waits: it was taken, and is not sent yet. */
export interface DelayUpdate extends Told, Delay {
  readonly kind: 'delay';
}

export interface AttachmentUpdate extends Told {
  readonly kind: 'attachment';
  readonly attachment: Attachment;
}

/** Every change but that of a status, which is worked out from the parts of a message (outcome.ts). */
export type OtherUpdate = ReactionUpdate | EditUpdate | DeletionUpdate | AttachmentUpdate;

/** A change of a message: all fields of its event. */
export type Update = StatusUpdate | OtherUpdate | DelayUpdate;

/** A change under its id, which is unique within its message, so that a repeat is seen as one. */
export type UpdateRecord<Kind extends Update = Update> = Kind & { readonly id: string };
export type StatusRecord = UpdateRecord<StatusUpdate>;
export type OtherRecord = UpdateRecord<OtherUpdate>;
