import type { Mutant } from './mutant.ts';

/** What can be done wrong between a provider's webhook and the table. */
export const inboundMutants: readonly Mutant[] = [
  {
    name: 'acknowledge before enqueue',
    problem: /^lost: .* was acknowledged/,
    changes: [
      {
        file: 'functions/receive/receive.ts',
        search:
          'await enqueue(outcome.items.map((item) => ({ ...item, connector, account, receivedAt })));',
        replacement:
          'void enqueue(outcome.items.map((item) => ({ ...item, connector, account, receivedAt }))).catch(() => undefined);',
      },
    ],
  },
  {
    name: 'files stored and not told',
    problem: /^file lost: /,
    changes: [
      {
        file: 'functions/normalize/message-files.ts',
        search:
          '    const recorded = await recordFiles(target, { conversation, entry }, stored);\n',
        replacement: "    const recorded: string = stored.length > 0 ? 'recorded' : 'none';\n",
      },
    ],
  },
  {
    name: 'partial failure swallowed',
    problem: /^lost: .* was acknowledged/,
    changes: [
      {
        file: 'shared/aws/queues/queue.ts',
        search: 'if (refused.length === 0) return;',
        replacement: 'if (refused.length <= 10) return;',
      },
    ],
  },
  {
    name: 'two entries of one conversation in a batch',
    problem: /^out of order: /,
    changes: [
      {
        file: 'shared/aws/queues/lanes.ts',
        search: 'const number = seen.get(message.group) ?? 0;',
        replacement: 'const number = 0;',
      },
    ],
  },
  {
    name: 'forged webhooks taken',
    problem: /^an unverified request/,
    changes: [
      {
        file: 'connectors/whatsapp/webhook/verify.ts',
        search:
          "if (!secrets.some((secret) => hmacMatches('sha256', secret, request.body, given))) {",
        replacement: 'if (secrets.length === 0 || given.length === 0) {',
      },
    ],
  },
  {
    name: 'check-then-put deduplication',
    problem: /^stored \d+ times: /,
    changes: [
      {
        file: 'shared/aws/store/conditional-writes.ts',
        search: `        Item: { ...key, ...pointer },
        ConditionExpression: 'attribute_not_exists(pk)',`,
        replacement: '        Item: { ...key, ...pointer },',
      },
      {
        file: 'shared/aws/store/append/append.ts',
        search: '  let parked: Parked | undefined;',
        replacement: `  const own = referenceKey(origin.connector, origin.account, ownIdOf(message));
  const seen = await readItem(table, ReferenceItem, own, true);
  if (seen?.conversationId) return duplicate(table, seen, ownIdOf(message));
  let parked: Parked | undefined;`,
      },
    ],
  },
  {
    name: 'deduplication kept five minutes',
    problem: /^stored \d+ times: /,
    changes: [
      {
        file: 'shared/aws/store/conditional-writes.ts',
        search: `        Item: { ...key, ...pointer },
        ConditionExpression: 'attribute_not_exists(pk)',`,
        replacement: `        Item: { ...key, ...pointer, keptUntil: Date.now() + 300_000 },
        ConditionExpression: 'attribute_not_exists(pk) OR keptUntil < :now',
        ExpressionAttributeValues: { ':now': Date.now() },`,
      },
      {
        // What is looked for first is the same reference, and forgotten with it.
        file: 'functions/normalize/handle-message.ts',
        search: 'if (needsObjects(belongings) || mayBeKnown(item, message)) {',
        replacement: 'if (!needsObjects(belongings) && !mayBeKnown(item, message) && false) {',
      },
    ],
  },
  {
    name: 'delete before store',
    problem: /^lost: .* was acknowledged/,
    changes: [
      {
        file: 'functions/normalize/lane.ts',
        search: 'handle: withOwnTries({ table: target.table, now, max, deadLetters }, handle),',
        replacement: 'handle: async (record) => void handle(record).catch(() => undefined),',
      },
    ],
  },
  {
    name: 'failures of a batch swallowed',
    // What failed is deleted as done: a message is lost, what came behind it overtakes it, a reply stays where it was.
    problem:
      /^lost: |^out of order: |^reply .* (?:is stored 0 times|ended as )|^stored and never published: /,
    changes: [
      {
        file: 'shared/aws/queues/queue-consumer.ts',
        search: `      faults.set(record.messageId, fault);
      for (const untried of group.slice(index + 1)) {
        if (!(await isDone(untried, fault, behind))) faults.set(untried.messageId, heldBack);
      }
      return;`,
        replacement: '      report(fault, record);',
      },
    ],
  },
  {
    name: 'a failed message overtaken by its group',
    problem: /^out of order: /,
    changes: [
      {
        file: 'shared/aws/queues/queue-consumer.ts',
        search: 'fifo ? attributes.MessageGroupId : messageId,',
        replacement: 'fifo && attributes ? messageId : messageId,',
      },
    ],
  },
  {
    name: 'what a customer wrote in a log line',
    problem: /a customer's words or number/,
    changes: [
      {
        file: 'functions/normalize/handle-message.ts',
        search: "logger.info('message stored', {",
        replacement: "logger.info('message stored', { text: message.text,",
      },
    ],
  },
  {
    name: 'early updates forgotten',
    problem: /^lost: the reaction /,
    changes: [
      {
        file: 'shared/aws/store/update/apply-parked.ts',
        search: 'const others = parked.filter((each) => !isStatus(each));',
        replacement:
          'const others = parked.filter((each) => !isStatus(each) && each.id === undefined);',
      },
    ],
  },
  {
    // Meta's edits are members of the list of messages, as its messages are: the load has messages only.
    name: 'status lane that takes edits',
    problem: /^out of order: /,
    changes: [
      {
        file: 'connectors/whatsapp/webhook/items.ts',
        search: "...(kind === 'status' && isKnownStatus(member) ? { isStatus: true } : {}),",
        replacement:
          "...(kind === 'message' || isKnownStatus(member) ? { isStatus: true as const } : {}),",
      },
    ],
  },
];
