import type { Declaration } from '#shared/connector/declaration';
import { TelegramAccount } from './account.ts';
import { TelegramCredentials } from './credentials.ts';

export const declaration = {
  title: 'Telegram Bot API',
  channels: {
    telegram: {
      replyContent: ['text', 'media', 'buttons', 'link_button'],
      replyFields: {
        inReplyToMessageId: ['text', 'media', 'buttons', 'link_button'],
        'content.linkPreview': ['text'],
      },
      // "1-4096 characters after entities parsing" (sendMessage); counted as Telegram counts offsets, in UTF-16.
      maxTextLength: 4096,
      maxTextParts: 10,
      signals: ['typing'],
    },
  },
  receives: 'webhook',
  fetchesMedia: true,
  // Telegram's FAQ: about 30 messages a second for one bot.
  pacing: { perSecond: 25, burst: 5 },
  apiUrl: 'https://api.telegram.org',
  account: TelegramAccount,
  credentials: TelegramCredentials,
} as const satisfies Declaration;
