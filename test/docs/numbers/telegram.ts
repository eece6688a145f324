import { declaration } from '#connectors/telegram/declaration';
import { mediaSource } from '#connectors/telegram/media-source';
import { limits } from '#connectors/telegram/outbound/limits';
import { type Exception, fact, on, type Statement } from '#test/docs/pages/statements';

const page = 'docs/channels/telegram.md';
const telegram = on(page);
const megabytes = (bytes: number, name: string) => fact(bytes / 1024 ** 2, `${name}, telegram`);
const limit = (name: 'captionLength' | 'textLength' | 'textParts' | 'buttons' | 'callbackBytes') =>
  fact(limits[name], `limits.${name} of connectors/telegram/outbound/limits.ts`);
const { photo, document } = limits.uploadBytes;

export const telegramStatements: readonly Statement[] = [
  telegram`gives a bot files of up to ${megabytes(mediaSource.maxSizeBytes, 'maxSizeBytes')} MB`,
  telegram`than ${limit('textLength')} characters is cut at the end of a paragraph, a sentence or a word, into at most ${limit('textParts')} messages`,
  telegram`a caption of more than ${limit('captionLength')} characters or a text of more than ${limit('textLength')} above`,
  telegram`more than ${limit('buttons')} buttons, or an \`id\` of more than ${limit('callbackBytes')} bytes`,
  telegram`a photo ${megabytes(photo, 'uploadBytes.photo')} MB, a document ${megabytes(document, 'uploadBytes.document')} MB`,
  telegram`an account keeps to ${fact(declaration.pacing.perSecond, 'pacing.perSecond of telegram')}.`,
];

export const telegramExceptions: readonly Exception[] = [
  {
    path: page,
    reason: 'what Telegram does: Bot API and its FAQ',
    pieces: [
      'up to 256 of',
      'for five seconds',
      'about 30 messages a second',
      'no more than one a second',
      'gaps of up to two minutes, and drops it 24 hours after',
      'at most 10,000 together, and one is at most 20 times',
      'from the web has at most 5 MB',
    ],
  },
  {
    path: page,
    reason: 'what SQS does, as docs/consuming/receive-events.md says',
    pieces: ['by its `update_id` for five minutes'],
  },
  { path: page, reason: 'advice', pieces: ['Take 32 random ones'] },
  {
    path: page,
    reason: 'HTTP statuses, of which test/connectors/telegram/send.test.ts speaks',
    pieces: [
      'is a 401 and leaves',
      '| 429 |',
      '| 401, 404 |',
      '| 403: the bot',
      '| 400: no such',
      '| 400: too long',
      '| 400: a file',
      '| 413 |',
      'answers 429 beyond',
    ],
  },
  {
    path: 'docs/contributing/add-a-connector.md',
    reason: 'what one commit has changed',
    pieces: [
      '66 files of its own with 4,298 lines, 1,144 of them',
      'it changed 28 files: 11 that commands write, 17 by hand with 81 lines, of which 49 are',
    ],
  },
];
