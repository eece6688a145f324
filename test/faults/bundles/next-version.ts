import { textPlugin } from './text-plugin.ts';

/**
 * The version that is being deployed beside the running one: it writes more than today's code knows of into the
 * entries and the conversation. Today's code must work on with what it finds, and must not lose it.
 */
export const nextVersion = textPlugin('next-version', [
  {
    file: 'shared/aws/store/append.ts',
    search: 'Item: { ...entryKey(meta.id, sequence), ...writtenEntry(entry) }',
    replacement:
      "Item: { ...entryKey(meta.id, sequence), ...writtenEntry(entry), nextVersion: { note: 'new' } }",
  },
  {
    file: 'shared/aws/store/conversation-writes.ts',
    search: '        sequence: entry.sequence,',
    replacement: "        sequence: entry.sequence, nextVersion: 'new',",
  },
]);
