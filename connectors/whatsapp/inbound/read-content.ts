import type { ChannelAttachment } from '#shared/connector/channel-event';
import type { Content } from '#shared/model/content';

/** The content of a message, with a plain rendering and its files. */
export interface ReadContent {
  readonly content: Content;
  readonly text: string;
  readonly attachments: readonly ChannelAttachment[];
}
