import { messageIdOf } from '#shared/ids';
import { type DeliveryStatus, statusRank } from '#shared/model/delivery-status';
import type { Entry } from '#shared/table/entry';
import { type Ending, finalStatus, type Model, wrongCounts } from './model.ts';
import { conversationOf, isRefusal, type Observed } from './observed.ts';
import { partProblems } from './part-invariants.ts';
import type { System } from './system.ts';
import { customers } from './webhooks.ts';

interface StoredReply {
  readonly entry: Entry;
  readonly messageId: string;
  readonly customer: number;
  readonly ending: Ending;
}

/** Replies: stored once, sent once or told why not, their statuses only climbing. */
export function replyProblems(model: Model, system: System, observed: Observed): string[] {
  const stored = customers.flatMap((_, customer) => {
    const conversation = conversationOf(observed, customer);
    const entries = conversation?.entries.filter(({ delivery }) => delivery) ?? [];
    return entries.map((entry): StoredReply => {
      const messageId = messageIdOf(conversation?.conversation.id ?? '', entry);
      return { entry, customer, messageId, ending: endingOf(model, system, messageId, entry) };
    });
  });
  return [
    ...acceptanceProblems(model, observed, stored),
    ...stored
      .filter(({ entry }) => !model.replies.has(entry.message?.replyId ?? ''))
      .map(({ messageId }) => `${messageId} is a reply nobody asked for`),
    ...stored.flatMap((reply) => endingProblems(system, reply)),
    ...stored.flatMap((reply) => climbingProblems(observed, reply)),
    ...stored.flatMap(({ messageId, entry, ending }) =>
      partProblems(observed, entry, ending).map((problem) => `${messageId}: ${problem}`),
    ),
    ...deliveryProblems(system, stored),
    ...takenOrderProblems(system, stored),
    ...leavingOrderProblems(system, stored),
  ];
}

function endingOf(
  model: Model,
  { provider }: System,
  messageId: string,
  { delivery }: Entry,
): Ending {
  const { state = '', part = 0, parts = 1 } = delivery ?? {};
  const numbers = Array.from({ length: parts }, (_, index) => index);
  const own = provider.delivered.filter((each) => each.messageId === messageId);
  return {
    ...{ state, part, parts },
    delivered: numbers.map((number) => own.filter((each) => each.part === number).length),
    told: numbers.map((number) => model.told.get(`${messageId}.${number}`) ?? []),
  };
}

/** One entry for each replyId; every other content under the same id is answered with a refusal. */
function acceptanceProblems(
  model: Model,
  { events }: Observed,
  stored: readonly StoredReply[],
): string[] {
  const refused = events
    .map(({ event }) => event)
    .filter(isRefusal)
    .map(({ data }) => ('replyId' in data ? data.replyId : undefined));
  return [...model.replies].flatMap(([replyId, commands]) => {
    const known = commands.filter(({ customer }) => customer >= 0);
    const own = stored.filter(({ entry }) => entry.message?.replyId === replyId);
    const contents = new Set(commands.map(({ customer, text }) => `${customer} ${text}`));
    const [first] = own;
    const fits =
      first === undefined ||
      contents.has(`${first.customer} ${first.entry.message?.text ?? textOf(first.entry)}`);
    const refusals = refused.filter((id) => id === replyId).length;
    return [
      ...(own.length === Math.min(1, known.length) && fits
        ? []
        : [`${replyId}: ${own.length} entries for ${commands.length} commands`]),
      ...(refusals === contents.size - own.length ? [] : [`${replyId}: ${refusals} refusals`]),
    ];
  });
}

function textOf({ message }: Entry): string {
  return message?.content.type === 'text' ? message.content.text : '';
}

function endingProblems(system: System, { entry, messageId, ending }: StoredReply): string[] {
  const wrong = wrongCounts(ending);
  const named = ending.told
    .slice(ending.part)
    .flat()
    .some((told) => told.named);
  const { state, parts } = ending;
  const last = finalStatus(ending);
  return [
    ...(wrong ? [`${messageId}: ${wrong}`] : []),
    ...(['sent', 'failed', 'uncertain'].includes(state) ? [] : [`${messageId} is left ${state}`]),
    ...(state === 'uncertain' && named ? [`${messageId} is uncertain against evidence`] : []),
    ...(state === 'uncertain' && system.count.faults + system.provider.ambiguous === 0
      ? [`${messageId} is uncertain without a cause`]
      : []),
    ...(parts === 1 && entry.status !== last
      ? [`${messageId} shows ${entry.status}, not ${last}`]
      : []),
  ];
}

/**
 * In the order of their revisions the statuses told to the helpdesk only climb. Beside a reading a failure may be
 * told; and what is said of several messages changes with what failed of them.
 */
function climbingProblems(
  { events }: Observed,
  { entry, messageId, ending }: StoredReply,
): string[] {
  const told = events.flatMap(({ event: { data, revision } }) =>
    revision !== undefined && 'status' in data && data.message?.id === messageId ? [data] : [],
  );
  const first = { status: entry.firstStatus as DeliveryStatus, errors: [] };
  const climbs = told.every(({ status, errors }, index) => {
    const before = told[index - 1] ?? first;
    const [rank, rankBefore] = [statusRank[status], statusRank[before.status]];
    if (rank > rankBefore) return true;
    if (ending.parts > 1 && before.status === 'failed') return true;
    return rank === rankBefore && errors.length > before.errors.length;
  });
  return climbs ? [] : [`${messageId}: statuses ${told.map(({ status }) => status)}`];
}

/** What customers got is what was asked for, and for them. */
function deliveryProblems({ provider }: System, stored: readonly StoredReply[]): string[] {
  return provider.delivered.flatMap(({ messageId, to, text }) => {
    const reply = stored.find((each) => each.messageId === messageId);
    const right =
      reply && customers[reply.customer]?.address === to && textOf(reply.entry).includes(text);
    return right ? [] : [`${messageId} reached ${to} wrongly`];
  });
}

/** Replies stand in their conversation as the queue had them first. */
function takenOrderProblems({ replies }: System, stored: readonly StoredReply[]): string[] {
  // A replyId may have been used before, for another customer or another text.
  const takenAt = ({ entry, messageId }: StoredReply) =>
    replies.taken.findIndex(
      ({ body, group }) =>
        body.includes(`"${entry.message?.replyId}"`) &&
        body.includes(`"${textOf(entry)}"`) &&
        messageId.includes(group.slice('cnv_'.length)),
    );
  return customers.flatMap((_, customer) => {
    const places = stored.filter((each) => each.customer === customer).map(takenAt);
    const inOrder = places.every((place, index) => place > (places[index - 1] ?? -1));
    return inOrder ? [] : [`customer ${customer}: stored in the order ${places}`];
  });
}

/** Customers get what was taken first before what was taken later, message after message. */
function leavingOrderProblems({ provider }: System, stored: readonly StoredReply[]): string[] {
  return customers.flatMap((_, customer) => {
    const left = provider.delivered.flatMap(({ messageId, part }) => {
      const reply = stored.find(
        (each) => each.customer === customer && each.messageId === messageId,
      );
      return reply ? [reply.entry.sequence * 100 + part] : [];
    });
    const inOrder = left.every((place, index) => index === 0 || place >= (left[index - 1] ?? 0));
    return inOrder ? [] : [`customer ${customer}: left in the order ${left}`];
  });
}
