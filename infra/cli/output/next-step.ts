const nextSteps: Readonly<Record<string, (channel: string) => string>> = {
  unknown_conversation: () => './switchboard conversations',
  invalid_reply: () => './switchboard reply --help',
  reply_id_reused: () => 'give this text another --reply-id, or none',
  reply_window_closed: (channel) =>
    `the customer has to write first: ./switchboard send ${channel} --text hi`,
  recipient_opted_out: (channel) =>
    `the customer has to opt in again: ./switchboard send ${channel} --text START`,
  invalid_signal: () => './switchboard signal --help',
  content_not_supported: () => 'see docs/channels for what the channel carries',
  text_too_long: () => 'send a shorter text, or several',
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
export function nextStep(code: string, channel: string): string | undefined {
  return nextSteps[code]?.(channel);
}
