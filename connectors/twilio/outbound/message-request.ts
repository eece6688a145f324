import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';

/**
 * Twilio's own type of what creates a message (types only: the SDK's client would bring axios and 400 KB). A
 * parameter that Twilio does not have does not compile.
 */
export type CreateOptions = MessageListInstanceCreateOptions;

/** One message the customer will see, as `render` leaves it; `send` adds the members of the attempt. */
export type MessageRequest = Pick<CreateOptions, 'to' | 'from' | 'messagingServiceSid' | 'body'>;

/** The text, number and switch parameters. The SDK writes lists, dates and money its own way, and we use none. */
type FormOptions = {
  readonly [Name in keyof CreateOptions as NonNullable<CreateOptions[Name]> extends
    | string
    | number
    | boolean
    ? Name
    : never]: CreateOptions[Name];
};

/** The form of the request: Twilio's API names are the SDK's with a capital first letter. */
export function writeForm(options: FormOptions): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) form.append(name.charAt(0).toUpperCase() + name.slice(1), `${value}`);
  }
  return form.toString();
}
