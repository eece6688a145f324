import type { Mutant } from './mutant.ts';

/** Ways in which a deleted message leaves a trace. */
export const deletionMutants: readonly Mutant[] = [
  {
    name: 'a deletion that keeps the raw payload',
    problem: /^deleted and still stored: .*REFERENCE#/,
    changes: [
      {
        file: 'shared/aws/store/redaction/raw.ts',
        search: 'if (raw === undefined && rawKey === undefined) return false;',
        replacement: 'if (raw !== undefined || rawKey === undefined) return false;',
      },
    ],
  },
  {
    name: 'a deletion recorded as done before it is',
    problem: /^deleted and still stored: .*ENTRY#/,
    changes: [
      {
        file: 'shared/aws/publish/publish.ts',
        search: "if (entry.redaction !== 'due') return publishUpdates",
        replacement: "if (entry.redaction !== 'done') return publishUpdates",
      },
    ],
  },
];
