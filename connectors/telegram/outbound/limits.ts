import { declaration } from '#connectors/telegram/declaration';

const { maxTextLength, maxTextParts } = declaration.channels.telegram;

/** The limits of the methods sendMessage, sendPhoto and sendDocument, and of InlineKeyboardButton. */
export const limits = {
  textLength: maxTextLength,
  textParts: maxTextParts,
  captionLength: 1024,
  buttons: 100,
  callbackBytes: 64,
  /** Telegram takes documents of 50 MB; what goes with an attempt must be through before its time is over. */
  uploadBytes: { photo: 10 * 1024 ** 2, document: 20 * 1024 ** 2 },
} as const;
