import type { Declaration } from '#shared/connector/declaration';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';

/**
 * `Body` takes 1,600 characters on every channel; more is error 21617 (Message resource, "Body"). No `replyFields`:
 * the Message resource quotes nothing and has no switch for previews.
 */
const text = { replyContent: ['text', 'media'], maxTextLength: 1600, maxTextParts: 5 } as const;

export const declaration = {
  title: 'Twilio (SMS, WhatsApp, RCS)',
  channels: {
    sms: text,
    /** Outside the window only templates pass (error 63016). */
    whatsapp: { ...text, replyWindowHours: 24 },
    rcs: text,
  },
  receives: 'webhook',
  consentSenders: ['messagingServiceSid'],
  fetchesMedia: true,
  looksUpAttempts: true,
  // "poll if no final state after 12 hours" (best practices of outbound logging).
  looksUpStatusAfterHours: 12,
  explainsWebhooks: true,
  // No pacing: Twilio queues messages that come faster than the sender's rate (validitySeconds says how long), and
  // answers 429 to too many requests at once, which surely sent nothing.
  apiUrl: 'https://api.twilio.com',
  account: Account,
  credentials: Credentials,
} satisfies Declaration;
