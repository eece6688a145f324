import type { Ledger, Refusable } from './ledger.ts';

interface FailedEvent {
  readonly id: string;
  readonly partitionkey?: string;
  readonly sequence?: string;
  readonly data: { readonly replyId?: string };
}

/** Every command that was refused is answered once, in its conversation where there is one; and nothing else is. */
export function checkRefusals({ events, refusals, replies }: Ledger): string[] {
  const failed = new Map(
    events
      .filter(({ body }) => body.includes('"switchboard.message.failed.v1"'))
      .map(({ id, body }) => [id, JSON.parse(body) as FailedEvent]),
  );
  // Of a reply that was accepted, only what has no place in the conversation is the answer to its other use.
  const answers = [...failed.values()].filter(
    ({ sequence, data }) => sequence === undefined || !replies.has(data.replyId ?? ''),
  );
  const byReply = Map.groupBy(answers, ({ data }) => data.replyId ?? '');
  const refused = new Set(refusals.map(({ replyId }) => replyId ?? ''));
  const nameless = refusals.filter(({ replyId }) => replyId === undefined).length;
  const answered = byReply.get('')?.length ?? 0;
  return [
    ...refusals.flatMap((refusal) => checkRefusal(refusal, byReply)),
    ...(answered === nameless
      ? []
      : [`refused and never answered: ${nameless} commands without a name, ${answered} answers`]),
    ...[...byReply.keys()]
      .filter((replyId) => !refused.has(replyId))
      .map((replyId) => `answered and never refused: ${replyId}`),
  ];
}

function checkRefusal(
  { replyId, conversationId = '', isKnown, mayBeSilent = false }: Refusable,
  answers: ReadonlyMap<string, readonly FailedEvent[]>,
): string[] {
  if (replyId === undefined) return [];
  const [answer, ...others] = answers.get(replyId) ?? [];
  if (!answer) return mayBeSilent ? [] : [`refused and never answered: ${replyId}`];
  if (others.length > 0) return [`refused and answered ${others.length + 1} times: ${replyId}`];
  const isApart = isKnown && answer.partitionkey !== conversationId;
  return isApart ? [`refused and answered elsewhere: ${replyId}`] : [];
}
