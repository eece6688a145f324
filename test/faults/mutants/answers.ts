import type { Mutant } from './mutant.ts';

/** What can be told wrong, or not at all. */
export const answerMutants: readonly Mutant[] = [
  {
    name: 'refused replies never answered',
    problem: /^refused and never answered: /,
    changes: [
      {
        file: 'functions/accept-reply/accept-reply.ts',
        search:
          '  await sendEvent(target.normalized, refusalEvent(caller, identity, hash, recorded));',
        replacement: '  refusalEvent(caller, identity, hash, recorded);',
      },
    ],
  },
  {
    name: 'a STOP that stops nothing',
    problem: /^sent to a customer who had stopped: /,
    changes: [
      {
        file: 'shared/aws/store/contacts/consent.ts',
        search: '  return refusal ? { refusal } : validation;',
        replacement: '  return refusal && !refusal ? { refusal } : validation;',
      },
    ],
  },
  {
    name: "a part's failure overwritten",
    problem: /^untrue of its parts: |the status goes back$/,
    changes: [
      {
        file: 'shared/table/outcome.ts',
        search: '  if (rankOf(report) > rankOf(known)) {',
        replacement: "  if (rankOf(report) > rankOf(known) || known.status === 'failed') {",
      },
    ],
  },
  {
    name: 'publishing that leaves out an entry after a conditional failure',
    // An append that had to be repeated finds entries of others before its own that are not published yet.
    problem: /^stored and never published: |^published out of order: /,
    changes: [
      {
        file: 'shared/aws/publish/publish.ts',
        search: '  await drain(target, await readConversation(target.table, conversation.id));\n',
        replacement: '  if (isEntry(entry)) await publishOne(target, conversation, entry);\n',
      },
    ],
  },
  {
    name: 'news without a sequence left out',
    problem: /^stored and never published: .*\.(?:contact|consent)$|acknowledged, \d+ published$/,
    changes: [
      {
        file: 'shared/events/events.ts',
        search: '  events.push(...contactEvents(conversation, entry, time));',
        replacement: '  contactEvents(conversation, entry, time);',
      },
    ],
  },
];
