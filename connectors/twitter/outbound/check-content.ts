import type { ReplyTarget } from '#shared/connector/outbound-reply';
import { firstOf, invalidReply, type ReplyProblem } from '#shared/connector/reply-problem';
import type { ReplyContent } from '#shared/model/reply-content';
import { contentTypes, mediaKind } from './media-kinds.ts';

type Problem = ReplyProblem | undefined;
type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;

/** X's limit of a description of a picture. */
const maxAltTextLength = 1000;
/** A post shows so many pictures, or one GIF or video. */
const maxPictures = 4;

/** Finds the reason for which X would not take the files of a reply. Lengths of texts are checked by `render`. */
export function checkContent(content: ReplyContent, { visibility }: ReplyTarget): Problem {
  switch (content.type) {
    case 'media':
      return firstOf([
        notStored(content),
        carried(content, 'content'),
        described(content, 'content'),
      ]);
    case 'text':
      return checkAttachments(content.attachments ?? [], visibility);
    default:
      return undefined;
  }
}

function notStored({ url, providerMediaId, voice, altText }: Of<'media'>): Problem {
  if (voice === true) {
    return invalidReply('content.voice: X takes no voice messages; send the file without it');
  }
  if (providerMediaId !== undefined) {
    if (altText !== undefined) {
      return invalidReply(
        'content.altText: cannot be given to a file that X has already; allowed with content.url',
      );
    }
    if (/^\d{1,19}$/.test(providerMediaId)) return undefined;
    const given = JSON.stringify(providerMediaId.slice(0, 100));
    return invalidReply(
      `content.providerMediaId: given ${given}, allowed is the numeric media id of an upload`,
    );
  }
  if (url !== undefined && /^s3:/i.test(url)) return undefined;
  return invalidReply('content.url: X fetches no files from the web; allowed is s3:');
}

interface ShownFile {
  readonly contentType: string;
  readonly altText?: string | undefined;
}

function carried({ contentType }: ShownFile, path: string): Problem {
  if (mediaKind(contentType)) return undefined;
  const given = JSON.stringify(contentType.slice(0, 100));
  const title = `${path}.contentType: given ${given}, allowed: ${contentTypes.join(', ')}`;
  return { code: 'content_not_supported', title };
}

function described({ contentType, altText }: ShownFile, path: string): Problem {
  if (altText === undefined) return undefined;
  if (mediaKind(contentType)?.kind === 'video') {
    return invalidReply(
      `${path}.altText: X takes none for a video; allowed with pictures and GIFs`,
    );
  }
  if (altText.length <= maxAltTextLength) return undefined;
  const title = `${path}.altText has ${altText.length} characters; allowed: ${maxAltTextLength}`;
  return { code: 'text_too_long', title };
}

function checkAttachments(
  files: NonNullable<Of<'text'>['attachments']>,
  visibility: ReplyTarget['visibility'],
): Problem {
  const each = files.map((file, index) => {
    const path = `content.attachments[${index}]`;
    const problem = firstOf([carried(file, path), described(file, path)]);
    if (problem || file.contentId === undefined) return problem;
    return invalidReply(`${path}.contentId: X shows no HTML that could name it`);
  });
  return firstOf([...each, tooMany(files, visibility)]);
}

function tooMany(files: readonly ShownFile[], visibility: ReplyTarget['visibility']): Problem {
  if (files.length <= 1) return undefined;
  if (visibility === 'private') {
    const title = `${files.length} attachments; a direct message takes 1`;
    return { code: 'limit_exceeded', title };
  }
  const others = files.filter(({ contentType }) => mediaKind(contentType)?.kind !== 'image');
  if (files.length <= maxPictures && others.length === 0) return undefined;
  const title = `${files.length} attachments, ${others.length} of them GIFs or videos; a post takes ${maxPictures} pictures, or 1 GIF or video`;
  return { code: 'limit_exceeded', title };
}
