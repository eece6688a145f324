/** What the functions and the emulators call the same things. */
export const tableName = 'conversations';
export const bucketName = 'archive';
/** Where SES stores mails. */
export const mailBucketName = 'mail';
export const queueNames = {
  ingress: 'ingress.fifo',
  mailIngress: 'mail-ingress.fifo',
  statuses: 'statuses',
  normalized: 'normalized.fifo',
  outbound: 'outbound.fifo',
  replies: 'replies.fifo',
  /** What SES tells of mails. */
  mail: 'mail',
  /** What a function has set aside after its tries: nothing, in a run that keeps its promises. */
  deadIngress: 'dead-ingress.fifo',
  deadMailIngress: 'dead-mail-ingress.fifo',
  deadOutbound: 'dead-outbound.fifo',
  deadReplies: 'dead-replies.fifo',
} as const;
