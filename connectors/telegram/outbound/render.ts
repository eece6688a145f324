import { messageNumberOf } from '#connectors/telegram/provider-id';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import type { FileToUpload } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import type { ReplyContent } from '#shared/model/reply-content';
import { limits } from './limits.ts';
import { splitText } from './split-text.ts';

/** One call that the customer sees as one message. */
export interface TelegramRequest {
  readonly method: 'sendMessage' | 'sendPhoto' | 'sendDocument';
  /** The parameters that are not a file in our bucket. */
  readonly body: Readonly<Record<string, unknown>>;
  /** A file in our bucket, and the parameter it is sent as. Telegram takes it with the message itself. */
  readonly file?: {
    readonly parameter: 'photo' | 'document';
    readonly uri: string;
    readonly contentType: string;
    readonly fileName: string;
  };
}

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;

/** Reply → calls, in order. Texts go without a `parse_mode`, so nothing in them is read as formatting. */
export function render(
  { content }: OutboundReply,
  target: ReplyTarget,
): readonly [TelegramRequest, ...TelegramRequest[]] | readonly TelegramRequest[] {
  const place = {
    chat_id: Number(target.customerIdentities[0].address),
    ...quotation(target.inReplyToProviderMessageId),
  };
  switch (content.type) {
    case 'text':
      return textRequests(content, place);
    case 'media':
      return [mediaRequest(content, place)];
    case 'buttons': {
      const rows = content.buttons.map(({ id, title }) => [{ text: title, callback_data: id }]);
      return [keyboardRequest(content, rows, place)];
    }
    case 'link_button':
      return [keyboardRequest(content, [[{ text: content.title, url: content.url }]], place)];
    default:
      throw new ConnectorError('content_not_supported', `telegram cannot carry ${content.type}`);
  }
}

/** Needed at Telegram before the customer can see it: nothing but the bytes, which go with the call. */
export function filesOf({ file }: TelegramRequest): readonly FileToUpload[] {
  if (!file) return [];
  const { parameter, uri, contentType, fileName } = file;
  return [{ uri, contentType, fileName, maxSizeBytes: limits.uploadBytes[parameter] }];
}

/** The text of buttons with what stands around it: Telegram has no places of their own for these. */
export function framedText({ header, text, footer }: Of<'buttons'> | Of<'link_button'>): string {
  return [header, text, footer].filter((part) => part !== undefined).join('\n\n');
}

/** Tells if Telegram shows a file as a photo; it shows everything else as a document. */
export function isPhoto({ contentType }: Of<'media'>): boolean {
  return /^image\/(jpe?g|png|webp)$/i.test(contentType);
}

function quotation(answered: string | undefined): object {
  if (answered === undefined) return {};
  const message_id = messageNumberOf(answered);
  if (message_id !== undefined) {
    // A bot is told of no deletion: an answer to a message that is gone goes out without the quotation.
    return { reply_parameters: { message_id, allow_sending_without_reply: true } };
  }
  const title = 'inReplyToMessageId: the press of a button cannot be quoted; allowed is a message';
  throw new ConnectorError('invalid_reply', title);
}

/** Only the first message of several quotes. */
function textRequests({ text, linkPreview }: Of<'text'>, place: object): TelegramRequest[] {
  const { textLength, textParts } = limits;
  const pieces = splitText(text, textLength, textParts);
  if (pieces === undefined) {
    const title = `the text cannot be cut into ${textParts} messages of ${textLength} characters`;
    throw new ConnectorError('text_too_long', title);
  }
  const link_preview_options = { is_disabled: linkPreview !== true };
  const { chat_id } = place as { chat_id: number };
  return pieces.map((piece, index) => ({
    method: 'sendMessage',
    body: { ...(index === 0 ? place : { chat_id }), text: piece, link_preview_options },
  }));
}

function keyboardRequest(
  content: Of<'buttons'> | Of<'link_button'>,
  inline_keyboard: readonly (readonly object[])[],
  place: object,
): TelegramRequest {
  const text = framedText(content);
  const link_preview_options = { is_disabled: true };
  return {
    method: 'sendMessage',
    body: { ...place, text, link_preview_options, reply_markup: { inline_keyboard } },
  };
}

function mediaRequest(content: Of<'media'>, place: object): TelegramRequest {
  const { url, providerMediaId, caption, contentType, fileName } = content;
  const parameter = isPhoto(content) ? 'photo' : 'document';
  const method = parameter === 'photo' ? 'sendPhoto' : 'sendDocument';
  const body = { ...place, ...(caption ? { caption } : {}) };
  if (!url?.startsWith('s3:')) {
    return { method, body: { ...body, [parameter]: url ?? providerMediaId } };
  }
  const name = fileName || url.slice(url.lastIndexOf('/') + 1);
  return { method, body, file: { parameter, uri: url, contentType, fileName: name } };
}
