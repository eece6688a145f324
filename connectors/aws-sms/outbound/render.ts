import { declaration } from '#connectors/aws-sms/declaration';
import { maxBytesOf } from '#connectors/aws-sms/media-limits';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import type { FileToUpload } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import { omitUndefined } from '#shared/json';
import { splitText } from './split-text.ts';

const { maxTextLength, maxTextParts } = declaration.channels.sms;

/** One call that the customer sees as one message, as `render` leaves it; `send` adds the members of the attempt. */
export interface SmsRequest {
  readonly operation: 'SendTextMessage' | 'SendMediaMessage';
  readonly input: {
    readonly DestinationPhoneNumber: string;
    readonly MessageBody?: string;
    /** "Each message carries a single media file." */
    readonly MediaUrls?: readonly [string];
  };
  readonly file?: Pick<FileToUpload, 'contentType' | 'fileName'>;
}

/**
 * Reply → calls, in order. Throws `content_not_supported` for what is neither text nor a file, and `text_too_long` for
 * more than five messages.
 */
export function render(
  { content }: OutboundReply,
  { customerIdentities: [customer] }: ReplyTarget,
): readonly SmsRequest[] {
  const DestinationPhoneNumber = customer.address;
  if (content.type === 'text') {
    const limit = maxTextLength * maxTextParts;
    if (content.text.length > limit) {
      const title = `a text of ${content.text.length} characters; at most ${limit} are sent`;
      throw new ConnectorError('text_too_long', title);
    }
    return splitText(content.text, maxTextLength).map((MessageBody) => ({
      operation: 'SendTextMessage',
      input: { DestinationPhoneNumber, MessageBody },
    }));
  }
  if (content.type !== 'media') {
    throw new ConnectorError('content_not_supported', `an SMS or MMS cannot carry ${content.type}`);
  }
  const { url: uri = '', contentType, fileName, caption } = content;
  const file = { contentType, ...omitUndefined({ fileName }) };
  const text = caption ? { MessageBody: caption } : {};
  const input = { DestinationPhoneNumber, ...text, MediaUrls: [uri] } as const;
  return [{ operation: 'SendMediaMessage', input, file }];
}

/** The file of an MMS. AWS reads it from our bucket itself, with the permissions of the function that sends. */
export function filesOf({ input, file }: SmsRequest): readonly FileToUpload[] {
  const [uri] = input.MediaUrls ?? [];
  if (uri === undefined || file === undefined) return [];
  return [{ uri, ...file, maxSizeBytes: maxBytesOf(file.contentType) ?? 0 }];
}
