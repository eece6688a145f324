import { cleanLine } from '#connectors/email/clean-text';
import { declaration } from '#connectors/email/declaration';
import { omitEmpty } from '#connectors/email/omit-empty';
import type { FileToUpload } from '#shared/connector/sender';
import type { ReplyContent } from '#shared/model/reply-content';

const { maxFilesBytes } = declaration.channels.email;

/** A file of a mail, in our bucket. */
export interface MailFile {
  /** `s3://bucket/key`. */
  readonly uri: string;
  readonly contentType: string;
  readonly fileName: string;
  /** The HTML shows it by this id. */
  readonly contentId?: string;
}

/** The files of a reply, in their order. */
export function filesIn(content: ReplyContent): readonly MailFile[] {
  if (content.type === 'media') return [fileOf(content)];
  return content.type === 'text' ? (content.attachments ?? []).map(fileOf) : [];
}

/** The files that a mail needs before it can be composed. */
export function filesOf({ files }: { readonly files: readonly MailFile[] }): FileToUpload[] {
  return files.map(({ uri, contentType, fileName }) => ({
    ...{ uri, contentType, fileName },
    maxSizeBytes: maxFilesBytes,
  }));
}

interface NamedFile {
  readonly url?: string | undefined;
  readonly contentType: string;
  readonly fileName?: string | undefined;
  readonly contentId?: string | undefined;
}

/** A file without a name gets that of its object: a mail program shows a file by its name. */
function fileOf({ url = '', contentType, fileName, contentId }: NamedFile): MailFile {
  const name = cleanLine(fileName ?? '') || cleanLine(url.slice(url.lastIndexOf('/') + 1));
  return { uri: url, contentType, fileName: name || 'file', ...omitEmpty({ contentId }) };
}
