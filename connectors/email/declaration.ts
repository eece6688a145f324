import type { Declaration } from '#shared/connector/declaration';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';

const sendable = ['text', 'media'] as const;

export const declaration = {
  title: 'Email (Amazon SES)',
  namesEarlierMessages: true,
  unsubscribesByLink: true,
  channels: {
    /** A mail has room for the longest text that a reply can hold (shared/model/reply.ts). */
    email: {
      replyContent: ['text', 'media'],
      replyFields: {
        /** `In-Reply-To` names the message. */
        inReplyToMessageId: sendable,
        ...{ subject: sendable, to: sendable, cc: sendable, bcc: sendable },
        ...{ 'content.html': ['text'], 'content.attachments': ['text'] },
      },
      /** SES takes a mail of 40 MB: base64 makes 38.3 MB of these, and the rest is for the text. */
      maxFilesBytes: 28_000_000,
      maxTextLength: 100_000,
      maxTextParts: 1,
      automaticReplies: { secondsApart: 3600 },
    },
  },
  receives: 'mail',
  // No pacing: the sending rate is a quota of each AWS account and region, and what passes it SES throttles unsent.
  // For people: the AWS SDK chooses the regional endpoint itself, or takes AWS_ENDPOINT_URL_SESV2.
  apiUrl: 'https://email.amazonaws.com',
  account: Account,
  credentials: Credentials,
} satisfies Declaration;
