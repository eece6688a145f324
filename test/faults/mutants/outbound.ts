import type { Mutant } from './mutant.ts';

/** What can be done wrong between the table, the helpdesk and the provider. */
export const outboundMutants: readonly Mutant[] = [
  {
    name: 'publish before store',
    problem: /^published and not stored: |^repeated with other bytes: |^published out of order: /,
    changes: [
      {
        file: 'shared/aws/store/append/append.ts',
        search: `  const refused = await transact(table, writes(table, origin, draft, parked !== undefined));`,
        replacement: `  await (globalThis as unknown as { publishFirst(conversation: ConversationItem, entry: EntryItem): Promise<void> })
    .publishFirst(draft.conversation, draft.entry);
  const refused = await transact(table, writes(table, origin, draft, parked !== undefined));`,
      },
      {
        file: 'functions/normalize/handle-message.ts',
        search: "  failpoint('normalize.beforeStore');",
        replacement: `  Object.assign(globalThis, {
    publishFirst: (conversation: never, entry: never) => publish(target, conversation, entry),
  });
  failpoint('normalize.beforeStore');`,
      },
    ],
  },
  {
    name: 'delete before publish',
    problem: /^stored and never published: |cursor behind$/,
    changes: [
      {
        file: 'functions/normalize/handle-message.ts',
        search: `  await publish(target, conversation, entry);
  failpoint('normalize.afterPublish');`,
        // What is not awaited happens when the environment is thawed, some seconds later or never.
        replacement: `  setTimeout(() => void publish(target, conversation, entry).catch(() => undefined), 5000);
  failpoint('normalize.afterPublish');`,
      },
    ],
  },
  {
    name: 'cursor moved before send',
    problem: /^stored and never published: /,
    changes: [
      {
        file: 'shared/aws/publish/publish.ts',
        search: `  await emit(target, conversation, entry);
  failpoint('publish.beforeCursor');
  await movePublished(target.table, conversation.id, entry.sequence);`,
        replacement: `  await movePublished(target.table, conversation.id, entry.sequence);
  failpoint('publish.beforeCursor');
  await emit(target, conversation, entry);`,
      },
    ],
  },
  {
    name: 'claim after send',
    problem: /^doubled: /,
    changes: [
      {
        file: 'functions/send/attempt.ts',
        search:
          '  const claimed = await leasePart(target.table, placeOf(outbound), claim, outbound.entry);',
        replacement: `  const answered = await send(prepared, request, outbound.entry, timeoutSeconds);
  const isPaused = answered.kind === 'account_paused';
  const outcome = isPaused ? await afterRenewal(dependencies, prepared, answered) : answered;
  failpoint('send.afterHttp');
  const claimed = await leasePart(target.table, placeOf(outbound), claim, outbound.entry);`,
      },
      {
        file: 'functions/send/attempt.ts',
        search: `  const answered = await send(prepared, request, claimed, timeoutSeconds);
  const isPaused = answered.kind === 'account_paused';
  const outcome = isPaused ? await afterRenewal(dependencies, prepared, answered) : answered;
  failpoint('send.afterHttp');`,
        replacement: '',
      },
    ],
  },
  {
    name: 'a claim that does not look',
    problem: /^doubled: /,
    changes: [
      {
        file: 'shared/aws/store/sending/lease.ts',
        search:
          "if (!state || delivery?.state !== 'accepted' || delivery.part !== part) return undefined;",
        replacement: 'if (!state || !delivery || delivery.part !== part) return undefined;',
      },
      {
        file: 'shared/aws/store/sending/lease.ts',
        search:
          "return { 'delivery.state': 'accepted', 'delivery.part': part, 'delivery.attempt': attempt };",
        replacement: "return attempt < 0 ? {} : { 'delivery.part': part };",
      },
      {
        file: 'functions/send/send.ts',
        search: "    case 'sending':\n      return resumeAfterCrash(dependencies, outbound);\n",
        replacement: "    case 'sending':\n",
      },
    ],
  },
  {
    name: 'an attempt repeated by the client',
    problem: /^doubled: /,
    changes: [
      {
        file: 'shared/http-attempt.ts',
        search: '    return networkFault(fault);\n  }\n}',
        replacement: `    if ('again' in attempt) return networkFault(fault);
    return attemptHttp({ ...attempt, again: true } as HttpAttempt);
  }
}`,
      },
    ],
  },
  {
    name: 'a crash taken for "not sent"',
    problem: /^doubled: /,
    changes: [
      {
        file: 'functions/send/send.ts',
        search:
          "import { recordFailed, recordUncertain } from '#shared/aws/store/sending/record-outcome';",
        replacement:
          "import { recordFailed, recordNotSent } from '#shared/aws/store/sending/record-outcome';",
      },
      {
        file: 'functions/send/send.ts',
        search: 'await recordUncertain(target.table, placeOf(outbound), entry, { lookAfterAt });',
        replacement:
          'await recordNotSent(target.table, placeOf(outbound), entry, { notBefore: now().toISOString(), lookAfterAt });',
      },
    ],
  },
  {
    name: 'a 5xx taken for a refusal',
    problem: /is failed and was sent|was told as failed and reached/,
    changes: [
      {
        file: 'connectors/whatsapp/outbound/classify.ts',
        search: 'if (status < 400 || status === 408 || status >= 500) {',
        replacement: 'if (status < 400 || status === 408 || status >= 600) {',
      },
    ],
  },
  {
    name: 'lease longer than visibility',
    problem: /is still leased|is uncertain without|ended as sending|did not come to rest/,
    changes: [
      {
        file: 'functions/send/attempt.ts',
        search: 'leaseUntil: isoAfter(now(), leaseSeconds),',
        replacement: 'leaseUntil: isoAfter(now(), leaseSeconds * 100),',
      },
    ],
  },
  {
    name: 'replies of one conversation in groups of their own',
    problem: /^out of order: (reply|msg_)/,
    changes: [
      {
        file: 'shared/aws/queues/replies-queue.ts',
        search: 'MessageGroupId: groupIdOf(command.conversationId),',
        replacement: 'MessageGroupId: deduplicationId,',
      },
    ],
  },
  {
    name: 'status overwritten',
    problem: /the status goes back$/,
    changes: [
      {
        file: 'shared/aws/store/update/update.ts',
        search: "'statusRank < :rank',",
        replacement: "'statusRank <> :rank',",
      },
    ],
  },
  {
    name: 'send commands in groups of their own',
    problem: /^out of order: msg_|was overtaken, and nothing had befallen it/,
    changes: [
      {
        file: 'shared/aws/queues/queue.ts',
        search: '      MessageGroupId: command.conversationId,',
        replacement: '      MessageGroupId: messageIdOf(command.conversationId, command),',
      },
    ],
  },
  {
    // The other check of a lease, before a claim is taken for dead (functions/send/send.ts), cannot be told from none:
    // a message is with one sender until its visibility is over, and the lease is over before that.
    name: 'a claim used after its lease',
    problem: /^out of order: msg_|^doubled: |was told as failed and reached/,
    changes: [
      {
        file: 'functions/send/attempt.ts',
        search: '  if (isTooShort(claimed, now(), timeoutSeconds)) {\n',
        replacement: '  if (isTooShort(claimed, now(), leaseSeconds) && leaseSeconds < 0) {\n',
      },
    ],
  },
];
