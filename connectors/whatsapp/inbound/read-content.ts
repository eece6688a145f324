import type { ChannelAttachment } from '#shared/connector/channel-event';
import type { Content } from '#shared/model/content';

/** What a message carries, with a plain rendering and its files. */
export interface ReadContent {
  readonly content: Content;
  readonly text: string;
  readonly attachments: readonly ChannelAttachment[];
}
