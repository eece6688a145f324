/** The conversation that a refusal is about, as far as a next step names it. */
export interface Answered {
  /** The command by which its customer writes a text; undefined where there is none. */
  readonly commandToWrite: (text: string) => string | undefined;
  /** The page that says what its channel carries. */
  readonly page: string;
}

const nextSteps: Readonly<Record<string, (conversation: Answered) => string>> = {
  unknown_conversation: () => './switchboard conversations',
  invalid_reply: () => './switchboard reply --help',
  reply_id_reused: () => 'give this text another --reply-id, or none',
  reply_window_closed: ({ commandToWrite }) =>
    ['the customer has to write first', commandToWrite('hi')].filter(Boolean).join(': '),
  recipient_opted_out: ({ commandToWrite }) =>
    ['the customer has to opt in again', commandToWrite('START')].filter(Boolean).join(': '),
  automatic_reply_refused: () => 'let a person answer',
  invalid_signal: () => './switchboard signal --help',
  content_not_supported: ({ page }) => `see ${page} for what the channel carries`,
  personal_data: () =>
    'take it out, or repeat the reply with --override personal_data if everyone may read it',
  text_too_long: () => 'send a shorter text, or several',
  reply_not_allowed: () =>
    'answer a post that mentions the account: --answers <message id>; or wait until the customer mentions it again',
  post_unavailable: () =>
    'answer another post of the customer that is still there: --answers <message id>',
  replies_restricted: () =>
    'answer another post of the customer, or wait until the customer mentions the account again',
  sent_in_part: () => 'send again only what is listed as failed',
  limit_exceeded: () => 'shorten what the message names',
  unknown_account: () => 'start the stack with the account again (npm start)',
  media_not_found: () =>
    'put the file into the bucket first, under uploads/ (docs/consuming/files.md)',
  media_too_large: () => 'send a smaller file',
  media_rejected: () => 'send another file',
  body_too_large: () => 'send a shorter text',
};

/**
 * Says how a user of the command line can go on after a refusal (shared/errors.ts); undefined for an internal error.
 */
export function nextStep(code: string, conversation: Answered): string | undefined {
  return nextSteps[code]?.(conversation);
}
