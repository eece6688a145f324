import type { ChannelAttachment } from '#shared/connector/channel-event';
import type { JsonObject } from '#shared/json';
import { fileIn, isFileMember } from './files.ts';

/** Telegram nests 16 levels, of up to four values of JSON each. What is deeper is shown as an ellipsis. */
const maxDepth = 200;

/** The members whose strings are words; those of all others are addresses, ids and names of types. */
const wordMembers = /^(summary|text|expression|alternative_text|caption|credit)$/;

/** The words and the files of a rich message. */
export interface RichMessage {
  readonly text: string;
  readonly attachments: readonly ChannelAttachment[];
}

/** Reads the blocks of a rich message ("RichBlock") as plain text. A block of a new kind gives the words it holds. */
export function richMessageIn(blocks: unknown): RichMessage {
  const attachments: ChannelAttachment[] = [];
  const text = wordsOf(blocks, '\n', maxDepth, attachments);
  return { text, attachments };
}

/** `between` stands between the elements of an array: lines between blocks, nothing between the parts of a text. */
function wordsOf(
  value: unknown,
  between: string,
  depth: number,
  files: ChannelAttachment[],
): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  if (depth === 0) return '…';
  if (Array.isArray(value)) {
    // An array in an array of lines is the row of a table.
    const within = between && ' | ';
    const parts = value.map((part) => wordsOf(part, within, depth - 1, files));
    return (between === '\n' ? parts.filter(Boolean) : parts).join(between);
  }
  return wordsOfObject(value as JsonObject, depth - 1, files);
}

function wordsOfObject(value: JsonObject, depth: number, files: ChannelAttachment[]): string {
  const file = fileIn(value);
  if (file) files.push(file.attachment);
  const { label, latitude, longitude, has_checkbox, is_checked, ...members } = value;
  if (typeof latitude === 'number') return `${latitude}, ${longitude}`;
  const box = has_checkbox ? `[${is_checked ? 'x' : ' '}]` : '';
  const { summary, caption, credit, ...others } = members;
  const lines = Object.entries({ summary, ...others, caption, credit })
    .filter(([name]) => !(file && isFileMember(name)))
    .map(([name, member]) => {
      const isWords = wordMembers.test(name);
      if (typeof member === 'string') return isWords ? member : '';
      return wordsOf(member, isWords ? '' : '\n', depth, files);
    });
  const words = lines.filter(Boolean).join('\n');
  return [wordsOf(label, '', depth, files), box, words].filter(Boolean).join(' ');
}
