import type { Declaration } from '#shared/connector/declaration';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';

export const declaration = {
  title: 'Email (Amazon SES)',
  namesEarlierMessages: true,
  unsubscribesByLink: true,
  channels: {
    /** A mail has room for the longest text that a reply can hold (shared/model/reply.ts). */
    email: {
      replyContent: ['text'],
      /** `In-Reply-To` names the message. */
      replyFields: { inReplyToMessageId: ['text'] },
      maxTextLength: 100_000,
      maxTextParts: 1,
    },
  },
  receives: 'mail',
  // No pacing: the sending rate is a quota of each AWS account and region, and what passes it SES throttles unsent.
  // For people: the AWS SDK chooses the regional endpoint itself, or takes AWS_ENDPOINT_URL_SESV2.
  apiUrl: 'https://email.amazonaws.com',
  account: Account,
  credentials: Credentials,
} satisfies Declaration;
