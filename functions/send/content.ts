import { ConnectorError } from '#shared/errors';
import { omitUndefined } from '#shared/json';
import type { Attachment } from '#shared/model/attachment';
import {
  type FileToAttach,
  type ReplyContent,
  StoredReplyContent,
} from '#shared/model/reply-content';
import type { Entry } from '#shared/table/entry';

/** The content of the reply: kept apart only where the message's own content does not hold it all. */
export function contentOf({ reply, delivery, message }: Entry): ReplyContent {
  const { fallbackTemplate, linkPreview, html } = reply ?? {};
  const given = reply?.content ?? message?.content;
  const content = delivery?.usesFallback && fallbackTemplate ? fallbackTemplate : given;
  const parsed = StoredReplyContent.safeParse(content);
  if (!parsed.success) {
    throw new ConnectorError('content_not_supported', `a reply cannot carry ${content?.type}`);
  }
  if (parsed.data.type !== 'text') return parsed.data;
  const attachments = filesOf(message?.attachments ?? []);
  return { ...parsed.data, ...omitUndefined({ linkPreview, html, attachments }) };
}

/** The files beside a text, as the message was told with them. */
function filesOf(attachments: readonly Attachment[]): FileToAttach[] | undefined {
  if (attachments.length === 0) return undefined;
  return attachments.map(({ uri = '', contentType, fileName, contentId, altText }) => ({
    ...{ url: uri, contentType },
    ...omitUndefined({ fileName, contentId, altText }),
  }));
}
