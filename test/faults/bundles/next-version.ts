import { type TextChange, textPlugin } from './text-plugin.ts';

/** What the next version writes beside all that today's does. */
export const nextVersionChanges: readonly TextChange[] = [
  {
    file: 'shared/aws/store/append/conversation-writes.ts',
    search: '        ...writtenEntry(entry),',
    replacement: "        ...writtenEntry(entry), nextVersion: { note: 'new' },",
  },
  {
    file: 'shared/aws/store/state.ts',
    search: 'const Item = { ...Key, ...changed(StateItem.parse(state), changes) };',
    replacement:
      "const Item = { ...Key, ...changed(StateItem.parse(state), changes), nextVersion: { note: 'new' } };",
  },
  {
    file: 'shared/aws/store/append/conversation-writes.ts',
    search: '        sequence: entry.sequence,',
    replacement: "        sequence: entry.sequence, nextVersion: 'new',",
  },
];

/**
 * The version that is being deployed beside the running one: it writes more than today's code knows of into the
 * entries, their states and the conversation. Today's code must work on with what it finds, and must not lose it.
 */
export const nextVersion = textPlugin('next-version', nextVersionChanges);
