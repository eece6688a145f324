/** A mail as the SMTP server has got it. */
export interface Envelope {
  readonly raw: Buffer;
  /** MAIL FROM; empty for a null sender. */
  readonly from: string;
  readonly recipients: readonly string[];
  readonly client: { readonly name: string; readonly address: string };
  readonly now: Date;
}
