import { firstOf, invalidReply, type ReplyProblem } from '#shared/connector/reply-problem';
import type { ReplyContent } from '#shared/model/reply-content';
import { filesIn, type MailFile } from './mail-files.ts';

type Problem = ReplyProblem | undefined;
type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;

/** The file types that SES refuses (SES developer guide, "unsupported attachment types"). */
const refusedTypes = new Set(
  [
    'ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk',
    'mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msh1xml msh2xml msi',
    'msp mst ops pcd pif plg prf prg reg scf scr sct shb shs sys ps1 ps1xml ps2 ps2xml psc1 psc2 tmp url vb vbe vbs vps',
    'vsmacros vss vst vsw vxd ws wsc wsf wsh xnk',
  ].flatMap((line) => line.split(' ')),
);

/** A type of RFC 2045 with its charset at most. Multipart and message types change what the mail is made of. */
const plainType =
  /^(?!multipart\/|message\/)[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*(?:; ?charset=[\w-]+)?$/i;

/** Finds the reason for which the files of a reply cannot be sent by mail. */
export function checkFiles(content: ReplyContent): Problem {
  if (content.type !== 'text' && content.type !== 'media') return undefined;
  return firstOf([
    content.type === 'media' ? notStored(content) : undefined,
    ...filesIn(content).map((file, index) => {
      const path = content.type === 'media' ? 'content' : `content.attachments[${index}]`;
      return firstOf([refusedName(file, path), refusedType(file, path)]);
    }),
    content.type === 'text' ? checkImages(content) : undefined,
  ]);
}

function notStored({ url, providerMediaId, voice }: Of<'media'>): Problem {
  if (providerMediaId !== undefined) {
    return invalidReply(
      'content.providerMediaId: SES keeps no files; allowed is content.url with s3:',
    );
  }
  if (voice === true) {
    return invalidReply('content.voice: a mail has no voice messages; send the file without it');
  }
  if (url !== undefined && /^s3:/i.test(url)) return undefined;
  return invalidReply('content.url: the files of a mail are read from our bucket; allowed is s3:');
}

function refusedName({ fileName }: MailFile, path: string): Problem {
  const type = /\.([^.]*)$/.exec(fileName.replace(/[\s.]+$/, ''))?.[1]?.toLowerCase() ?? '';
  if (!refusedTypes.has(type)) return undefined;
  const title = `${path}.fileName: "${fileName}" ends with .${type}, which SES refuses`;
  return { code: 'media_rejected', title };
}

function refusedType({ contentType, contentId }: MailFile, path: string): Problem {
  if (!plainType.test(contentType)) {
    const given = JSON.stringify(contentType.slice(0, 100));
    return invalidReply(
      `${path}.contentType: ${given}; allowed: type/subtype, not multipart or message`,
    );
  }
  if (contentId === undefined || /^image\//i.test(contentType)) return undefined;
  return invalidReply(`${path}.contentId: a file of ${contentType}; allowed: with images only`);
}

/** Refuses an image that the HTML does not show, and a picture in the HTML that is no file of the mail. */
function checkImages({ html = '', attachments = [] }: Of<'text'>): Problem {
  const ids = attachments.flatMap(({ contentId }) => contentId ?? []);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    return invalidReply(`content.attachments: the contentId "${repeated}" is given twice`);
  }
  const shown = shownIn(html);
  const hidden = ids.find((id) => !shown.includes(id));
  if (hidden !== undefined) {
    return invalidReply(`content.attachments: content.html does not show "cid:${hidden}"`);
  }
  const missing = shown.find((id) => !ids.includes(id));
  if (missing === undefined) return undefined;
  return invalidReply(
    `content.html: "cid:${missing}" is the contentId of no file in content.attachments`,
  );
}

/** The ids of the pictures that an HTML shows, as its attributes and styles write them. */
function shownIn(html: string): string[] {
  const decoded = html.replaceAll(/&(?:quot|#34|#39|apos);/gi, '"').replaceAll(/&amp;/gi, '&');
  const ids = [...decoded.matchAll(/[="'(]\s*cid:([^\s"'<>()]+)/gi)].map(([, id = '']) => id);
  return ids.map(unescaped);
}

function unescaped(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
