import type { FileToUpload } from '#shared/connector/sender';

/** The visible part of one message: its `type` and the object named after it, without envelope. */
export interface Shown {
  readonly body: Readonly<Record<string, unknown>>;
  /** A file from our bucket that Meta must have before; its id then goes beside the caption. */
  readonly file?: FileToUpload;
}

/** One call of `POST /{phone-number-id}/messages`. */
export interface SendRequest extends Shown {
  readonly phoneNumberId: string;
}
