import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { capabilitiesOf } from '#connectors/capabilities';
import type { Conversation } from '#shared/model/conversation';
import { usageError } from './cli-error.ts';
import type { Objects } from './replay/objects.ts';
import type { Said } from './reply-content.ts';

const one = { type: 'string' } as const;
const several = { type: 'string', multiple: true } as const;

/** The options of a reply by mail or with files. The API refuses them by name on other channels. */
export const mailOptions = {
  ...{ subject: one, to: several, cc: several, bcc: several, html: one, file: several },
  'alt-text': several,
} as const;

interface MailValues {
  readonly subject?: string;
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly html?: string;
  readonly file?: readonly string[];
  readonly 'alt-text'?: readonly string[];
}

const contentTypes: Readonly<Record<string, string>> = {
  ...{ '.pdf': 'application/pdf', '.png': 'image/png', '.jpg': 'image/jpeg' },
  ...{ '.jpeg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp', '.mp4': 'video/mp4' },
  ...{ '.txt': 'text/plain', '.csv': 'text/csv' },
};

/**
 * Adds to a reply what stands beside its text: files, and what is sent by mail only. The files are put into the archive bucket first; one that the HTML shows as
 * `cid:<its name>` becomes a picture in it.
 */
export async function withMail(
  { content, ...said }: Said,
  { html: page, file: paths = [], 'alt-text': altTexts = [], subject, ...people }: MailValues,
  objects: () => Objects,
): Promise<Said> {
  const html = page === undefined ? undefined : readFile('--html', page).toString('utf8');
  refuseAltTexts(altTexts, paths);
  const attachments = [];
  for (const [at, path] of paths.entries()) {
    const altText = altTexts[at] ? { altText: altTexts[at] } : {};
    attachments.push({ ...(await putFile(path, html, objects())), ...altText });
  }
  const more = {
    ...(html === undefined ? {} : { html }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
  const lists = Object.entries(people).filter(([name]) => ['to', 'cc', 'bcc'].includes(name));
  return {
    ...said,
    ...(subject === undefined ? {} : { subject }),
    ...Object.fromEntries(lists.map(([name, list]) => [name, addressesIn(name, list)])),
    content: typeof content === 'object' && content !== null ? { ...content, ...more } : content,
  };
}

/** `--cc ""` is an empty list: no copies. Throws a usage error for an empty place in a longer one. */
function addressesIn(name: string, given: readonly string[]): readonly string[] {
  if (given.length === 1 && given[0]?.trim() === '') return [];
  return given.flatMap((each) => {
    const addresses = each.split(',').map((one) => one.trim());
    if (!addresses.includes('')) return addresses;
    const allowed = `addresses with one comma between them${name === 'cc' ? ', or "" alone for no copies' : ''}`;
    throw usageError(`--${name} is "${each}": an address is empty; allowed: ${allowed}`, 'reply');
  });
}

function refuseAltTexts(altTexts: readonly string[], paths: readonly string[]): void {
  if (altTexts.length <= paths.length) return;
  throw usageError(
    `--alt-text is given ${altTexts.length} times and --file ${paths.length} times: each belongs to the file in its place; "" for a file without one`,
    'reply',
  );
}

/** Throws a usage error for a file on a channel that sends none beside a text, before it is read. */
export function refuseFiles(
  files: readonly string[] | undefined,
  { connector, channel }: Pick<Conversation, 'connector' | 'channel'>,
): void {
  if (files === undefined) return;
  const { replyContent = [], replyFields = {} } = capabilitiesOf(connector, channel) ?? {};
  if (replyFields['content.attachments'] !== undefined) return;
  const instead = (replyContent as readonly string[]).includes('media')
    ? `; ${channel} takes one file as --json-content '{"type":"media",…}' (docs/consuming/files.md)`
    : '';
  throw usageError(`--file: ${channel} sends no files beside a text${instead}`, 'reply');
}

async function putFile(path: string, html: string | undefined, { client, archive }: Objects) {
  const Body = readFile('--file', path);
  const fileName = basename(path);
  const Key = `uploads/cli/${randomUUID()}`;
  const object = { Bucket: archive, Key, Body, ContentDisposition: 'attachment' };
  await client.send(new PutObjectCommand(object));
  const contentType = contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const isShown = html?.includes(`cid:${fileName}`) === true;
  const contentId = isShown ? { contentId: fileName } : {};
  return { url: `s3://${archive}/${Key}`, contentType, fileName, ...contentId };
}

function readFile(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw usageError(`${option} is "${path}": no file there can be read`, 'reply');
  }
}
