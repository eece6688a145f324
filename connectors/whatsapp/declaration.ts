import type { Declaration } from '#shared/connector/declaration';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';

/** Lists the contents that can quote a message: all but templates and reactions. */
const quoting = [
  ...(['text', 'media', 'location', 'contacts', 'buttons', 'list', 'link_button'] as const),
];

/** WhatsApp through Meta's own Cloud API. */
export const declaration = {
  title: 'WhatsApp (Meta Cloud API)',
  channels: {
    whatsapp: {
      replyContent: [
        ...(['text', 'media', 'location', 'contacts', 'reaction'] as const),
        ...(['buttons', 'list', 'link_button', 'template'] as const),
      ],
      replyFields: {
        inReplyToMessageId: quoting,
        /** A template goes out at any time, so nothing ever takes its place. */
        fallbackTemplate: [...quoting, 'reaction'],
        'content.linkPreview': ['text'],
      },
      /** Meta names text, media and templates, and excludes what is interactive; the rest it leaves open (groups). */
      groupReplyContent: ['text', 'media', 'location', 'contacts', 'reaction', 'template'],
      /** Longer is refused with code 100; service messages are billed one by one, so nothing shorter is cut. */
      maxTextLength: 4096,
      maxTextParts: 10,
      /** The customer service window; only templates go out after it (code 131047). */
      replyWindowHours: 24,
      signals: ['read', 'typing'],
    },
  },
  receives: 'webhook',
  fetchesMedia: true,
  /**
   * Messages per second of one business number (cloud-api/overview, "Throughput"). Meta raises it by itself to
   * 1,000 and gives 20 to a number that is also used in the app; both answer 130429 when they are passed, which
   * surely sent nothing.
   */
  pacing: { perSecond: 80, burst: 80 },
  apiUrl: 'https://graph.facebook.com',
  account: Account,
  credentials: Credentials,
} satisfies Declaration;
