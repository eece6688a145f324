import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { accountFields, groupFields } from '#connectors/whatsapp/inbound/parse-field';
import { messageTypes, updateTypes } from '#connectors/whatsapp/inbound/supported-types';
import { statuses } from '#connectors/whatsapp/item';
import { replyTypes } from '#connectors/whatsapp/outbound/supported-replies';

export const whatsappPage = fileURLToPath(
  new URL('../../docs/channels/whatsapp.md', import.meta.url),
);

const marks = {
  inbound: ['<!-- generated: inbound, npm run contracts -->', '<!-- end of inbound -->'],
  outbound: ['<!-- generated: outbound, npm run contracts -->', '<!-- end of outbound -->'],
} as const;

/**
 * The page with its tables of message types as the code has them. Throws where a mark is missing: a table that can
 * not be found would never be stale.
 */
export function withMessageTypes(page: string): string {
  return filled(filled(page, marks.inbound, inboundTable()), marks.outbound, outboundTable());
}

/** Brings the page up to date. */
export async function writeMessageTypes(path: string): Promise<void> {
  await writeFile(path, withMessageTypes(await readFile(path, 'utf8')));
}

function filled(page: string, [begin, end]: readonly [string, string], lines: readonly string[]) {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page lacks ${begin} or ${end} behind it`);
  return `${page.slice(0, from)}${begin}\n${lines.join('\n')}\n${page.slice(to)}`;
}

function inboundTable(): readonly string[] {
  const messages = Object.entries(messageTypes).map(([type, { content, note }]) =>
    row(`\`${type}\``, `message, content \`${content}\``, note),
  );
  const updates = Object.entries(updateTypes).map(([type, kind]) =>
    row(`\`${type}\``, `${kind} of the message it names`, ''),
  );
  return [
    ...header('Type', 'Becomes', ''),
    ...messages,
    ...updates,
    row('`unsupported`, any other', 'message, content `unsupported`', 'with the raw JSON'),
    row(
      [...statuses.keys()].map((name) => `\`${name}\``).join(', '),
      'status of a message we sent',
      'any other: alert `unsupported_status`',
    ),
    row(
      [...groupFields].map((name) => `\`${name}\``).join(', '),
      "message, content `notice`, in the group's conversation",
      "without a group: alert under the field's name; `group_status_update` is both",
    ),
    row(
      [...accountFields].map((name) => `\`${name}\``).join(', '),
      "alert under the field's name",
      'any other field: alert `unsupported_field`',
    ),
  ];
}

function outboundTable(): readonly string[] {
  const rows = Object.entries(replyTypes).map(([type, { conversation, note }]) =>
    row(`\`${type}\``, conversation, note),
  );
  return [...header('Reply content', 'Meta is given', ''), ...rows];
}

function header(...names: readonly string[]): readonly string[] {
  return [row(...names), row(...names.map(() => '---'))];
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`.replaceAll('  ', ' ');
}
