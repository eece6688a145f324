interface Header {
  readonly name: string;
  readonly value: string;
}

export interface SentFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly size: number;
  readonly contentId?: string;
  readonly inline: boolean;
}

export interface AcceptedMail {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  /** Everybody who gets it. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments: readonly SentFile[];
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** As they leave SES: Message-ID and Date replaced, lines unfolded. */
  readonly headers: readonly Header[];
  /** As SES got them; its events tell these. */
  readonly ownHeaders: readonly Header[];
  /** The mail as it leaves SES, whole; each character is a byte. */
  readonly raw: string;
  readonly hasVirus: boolean;
  readonly sentAt: Date;
}

export interface RefusedMail {
  readonly refused: string;
  readonly reason: string;
}

/** One event about a mail, at the moment it is told. */
export interface Telling {
  readonly mail: AcceptedMail;
  /** Those it is about. */
  readonly recipients: readonly string[];
  /** The type and subtype of a bounce. */
  readonly code: string;
  readonly now: Date;
}
