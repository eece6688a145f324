import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';
import type { FileToUpload } from '#shared/connector/sender';
import type { Content } from './content.ts';

/**
 * Twilio's own type of what creates a message (types only: the SDK's client would bring axios and 400 KB). A
 * parameter that Twilio does not have does not compile.
 */
export type CreateOptions = MessageListInstanceCreateOptions;

/** One message the customer will see, as `render` leaves it; `send` adds the members of the attempt. */
export type MessageRequest = Pick<
  CreateOptions,
  | ('to' | 'from' | 'messagingServiceSid' | 'scheduleType' | 'sendAt')
  | ('body' | 'mediaUrl' | 'contentSid' | 'contentVariables')
> & {
  /** Content that has to be at Twilio's Content API before; its `contentSid` then stands for it. */
  readonly content?: Content;
  /** A file from our bucket, which Twilio fetches from `mediaUrl` once it has an address. */
  readonly file?: FileToUpload;
};

/** The text, number and switch parameters, times, and lists of texts. */
type FormOptions = {
  readonly [Name in keyof CreateOptions as NonNullable<CreateOptions[Name]> extends
    | string
    | number
    | boolean
    | Date
    | readonly string[]
    ? Name
    : never]: CreateOptions[Name];
};

/** The form of the request: Twilio's API names are the SDK's with a capital first letter. */
export function writeForm(options: FormOptions): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    const values = Array.isArray(value) ? value : [value];
    for (const each of values.filter((given) => given !== undefined)) {
      form.append(name.charAt(0).toUpperCase() + name.slice(1), written(each));
    }
  }
  return form.toString();
}

/** A time as the SDK writes it: UTC, whole seconds. */
function written(value: unknown): string {
  return value instanceof Date ? value.toISOString().replace(/\.\d+Z$/, 'Z') : `${value}`;
}

/** The file from our bucket that a request shows. */
export const filesOf = ({ file }: MessageRequest): readonly FileToUpload[] => (file ? [file] : []);

/** The request with the address of its file, from which Twilio fetches it. */
export function showAt(
  { file: _, ...request }: MessageRequest,
  addresses: readonly string[],
): MessageRequest {
  return { ...request, mediaUrl: [...addresses] };
}
