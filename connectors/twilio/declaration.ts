import type { Declaration } from '#shared/connector/declaration';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';

/**
 * `Body` takes 1,600 characters on every channel; more is error 21617 (Message resource, "Body"). The Message resource
 * quotes nothing and has no switch for previews.
 */
const text = { maxTextLength: 1600, maxTextParts: 5 } as const;

/** The content that only WhatsApp shows as buttons ("Content types overview"). */
const interactive = ['buttons', 'list', 'link_button'] as const;

/** The content that can be scheduled by SMS and RCS; a file must be on the web still when its time has come. */
const schedulable = ['text', 'media', ...interactive] as const;

/**
 * Error 35114: from 300 seconds (some pages of Twilio's say 900) to 35 days ahead. A reply is taken with 900, so that it
 * may wait for minutes.
 */
const schedule = { minSeconds: 300, minSecondsWhenTaken: 900, maxSeconds: 35 * 86_400 } as const;

export const declaration = {
  title: 'Twilio (SMS, WhatsApp, RCS)',
  channels: {
    sms: {
      ...{ ...text, schedule },
      replyContent: ['text', 'media'],
      replyFields: { asText: interactive, sendAt: schedulable },
    },
    /** Outside the window only templates pass (error 63016): nothing else is sure to be allowed at a later time. */
    whatsapp: {
      ...{ ...text, schedule },
      replyContent: ['text', 'media', ...interactive, 'template'],
      replyFields: {
        fallbackTemplate: ['text', 'media', ...interactive],
        'content.variables': ['template'],
        sendAt: ['template'],
      },
      replyWindowHours: 24,
    },
    rcs: {
      ...{ ...text, schedule },
      replyContent: ['text', 'media', 'template'],
      replyFields: {
        asText: interactive,
        'content.variables': ['template'],
        sendAt: [...schedulable, 'template'],
      },
    },
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
