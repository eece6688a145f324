import type { Mutant } from './mutant.ts';

/** What can be done wrong with replies that wait for their account. */
export const pacingMutants: readonly Mutant[] = [
  {
    name: 'slot not reserved',
    problem: /^faster than its pace: /,
    changes: [
      {
        file: 'shared/aws/store/sending/slots.ts',
        search: "? { ':length': lengthMs, ':most'",
        replacement: "? { ':length': 0, ':most'",
      },
    ],
  },
  {
    // The queue message is done, the conversation knows that it waits, and the sweep does not.
    name: 'due item lost',
    problem: /^reply \S+ ended as accepted/,
    changes: [
      {
        file: 'shared/aws/store/sending/wait.ts',
        search: '    ...dueAs(dueClass, conversation.id, at),',
        replacement: "    ...(dueClass === 'slot' ? {} : dueAs(dueClass, conversation.id, at)),",
      },
    ],
  },
];
