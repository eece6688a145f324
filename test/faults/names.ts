/** What the functions and the emulators call the same things. */
export const tableName = 'conversations';
export const bucketName = 'archive';
/** Where SES stores mails. */
export const mailBucketName = 'mail';
export const queueNames = {
  ingress: 'ingress.fifo',
  normalized: 'normalized.fifo',
  outbound: 'outbound.fifo',
  replies: 'replies.fifo',
  /** What SES tells of mails. */
  mail: 'mail',
  /** Nothing comes here: the consumer's side of the queues, and what dies on it, is the harness's own. */
  deadReplies: 'dead-replies.fifo',
} as const;
