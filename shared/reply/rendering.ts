import type { Attachment } from '#shared/model/attachment';
import type { Content } from '#shared/model/content';
import type { ReplyContent } from '#shared/model/reply-content';

/** The appearance of a reply in the canonical message; `text` is absent where the content is that very text. */
interface Rendering {
  readonly content: Content;
  readonly text?: string;
  readonly attachments: Attachment[];
}

/** A reply as the canonical message shows it, with a plain rendering for consumers that do not know its kind. */
export function renderingOf(content: ReplyContent, messageId: string): Rendering {
  switch (content.type) {
    case 'text':
      return {
        content: { type: 'text', text: content.text },
        attachments: (content.attachments ?? []).map((file, index) =>
          attachmentOf(file, messageId, index),
        ),
      };
    case 'media':
      return mediaRendering(content, messageId);
    default:
      return { content, text: textOf(content), attachments: [] };
  }
}

type Shown = Exclude<ReplyContent, { type: 'text' | 'media' }>;

function textOf(content: Shown): string {
  switch (content.type) {
    case 'template':
      return `[${content.name}]`;
    case 'reaction':
      return content.emoji;
    case 'location': {
      const { name, address, latitude, longitude } = content;
      return [name, address].filter(Boolean).join(', ') || `${latitude}, ${longitude}`;
    }
    case 'contacts':
      return content.contacts.map(({ name, phones }) => name ?? phones[0] ?? '').join(', ');
    case 'buttons':
      return [content.text, ...content.buttons.map(({ title }) => `[${title}]`)].join('\n');
    case 'list':
      return [content.text, ...content.sections.flatMap(rowsOf)].join('\n');
    case 'link_button':
      return `${content.text}\n[${content.title}] ${content.url}`;
  }
}

function rowsOf({ rows }: Extract<Shown, { type: 'list' }>['sections'][number]): string[] {
  return rows.map(({ title }) => `[${title}]`);
}

function mediaRendering(
  content: Extract<ReplyContent, { type: 'media' }>,
  messageId: string,
): Rendering {
  const { caption, fileName } = content;
  return {
    content: { type: 'media', ...(caption ? { caption } : {}) },
    text: caption ?? fileName ?? '',
    attachments: [attachmentOf(content, messageId, 0)],
  };
}

interface ShownFile {
  readonly contentType: string;
  readonly url?: string | undefined;
  readonly providerMediaId?: string | undefined;
  readonly fileName?: string | undefined;
  readonly contentId?: string | undefined;
  readonly voice?: boolean | undefined;
  readonly altText?: string | undefined;
}

/** The kind by the media type; the channel decides how it shows a file. */
function attachmentOf(file: ShownFile, messageId: string, index: number): Attachment {
  const { contentType, fileName, url, providerMediaId, voice, contentId, altText } = file;
  const kind = /^(image|video|audio)\//.exec(contentType)?.[1] as 'image' | 'video' | 'audio';
  return {
    id: `${messageId}_${index}`,
    kind: voice ? 'voice' : (kind ?? 'document'),
    contentType,
    state: 'stored',
    ...(url?.startsWith('s3:') ? { uri: url } : {}),
    ...(url?.startsWith('s3:') ? {} : { providerReference: url ?? providerMediaId }),
    ...(fileName ? { fileName } : {}),
    ...(contentId ? { contentId } : {}),
    ...(altText ? { altText } : {}),
  };
}
