import { createHash } from 'node:crypto';
import { unpackRaw } from '#shared/raw/unpack';
import type { Entry } from '#shared/table/entry';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey, shortHash } from '#shared/table/keys';
import type { Item } from './database.ts';
import type { Model } from './model.ts';
import { conversationOf, isRefusal, type Observed, type StoredConversation } from './observed.ts';
import { replyProblems } from './reply-invariants.ts';
import type { System } from './system.ts';
import { customers } from './webhooks.ts';

const keyLength = shortHash('').length;

/** What is wrong at the end of a run, a sentence each (architecture, "Guarantees"). */
export function problems(model: Model, system: System, observed: Observed): string[] {
  return [
    ...observed.conversations.flatMap(numberingProblems),
    ...customers.flatMap((_, customer) => storageProblems(model, system, observed, customer)),
    ...observed.conversations.flatMap(({ entries }) => changeProblems(model, entries)),
    ...eventProblems(observed),
    ...replyProblems(model, system, observed),
    ...observed.conversations.flatMap(alertProblems),
    ...quarantineProblems(model, system),
    ...observed.conversations.flatMap((conversation) =>
      rawProblems(system, observed, conversation),
    ),
    ...restProblems(system, observed),
  ];
}

/** Each reason is told once an hour. */
function alertProblems({ conversation, entries }: StoredConversation): string[] {
  const alerts = entries.flatMap(({ alert }) => alert ?? []);
  const byReason = Map.groupBy(alerts, ({ code, details }) => `${code} ${JSON.stringify(details)}`);
  return [...byReason].flatMap(([reason, told]) => {
    const times = told.map(({ occurredAt }) => Date.parse(occurredAt)).sort((a, b) => a - b);
    const close = times.some((time, index) => time - (times[index - 1] ?? 0) < 3_600_000);
    return close ? [`${conversation.id}: ${reason} is told twice within an hour`] : [];
  });
}

/** 1 to n without a gap, all published, every change published. */
function numberingProblems({ conversation, entries }: StoredConversation): string[] {
  const { id, sequence, published } = conversation;
  const numbers = entries.map((entry) => entry.sequence);
  const gap = numbers.findIndex((number, index) => number !== index + 1);
  const unpublished = entries.filter((entry) => entry.publishedRevision !== entry.revision);
  return [
    ...(gap >= 0 ? [`${id}: entries are numbered ${numbers}`] : []),
    ...(sequence === entries.length ? [] : [`${id}: sequence ${sequence}, ${numbers}`]),
    ...(published === sequence ? [] : [`${id}: published ${published} of ${sequence}`]),
    ...unpublished.map((entry) => `${id}: changes of ${entry.sequence} unpublished`),
  ];
}

/** Every message stored once, in the order in which the queue had them first. */
function storageProblems(
  model: Model,
  { ingress }: System,
  observed: Observed,
  customer: number,
): string[] {
  const posted = model.messages.get(customer) ?? new Set<string>();
  const entries = conversationOf(observed, customer)?.entries ?? [];
  const stored = entries
    .filter(({ delivery }) => !delivery)
    .map(({ providerMessageId = '' }) => providerMessageId);
  const arrived = ingress.taken
    .map(({ body }) => String(JSON.parse(body).deduplicationId))
    .filter((id) => posted.has(id));
  const wanted = [...new Set(arrived)];
  if (wanted.length !== posted.size) return [`customer ${customer}: not everything was queued`];
  return stored.join() === wanted.join()
    ? []
    : [`customer ${customer}: arrived ${wanted}, stored ${stored}`];
}

/** Every change is applied once; of several deletions the first is one, and the others change nothing. */
function changeProblems(model: Model, entries: readonly Entry[]): string[] {
  return entries
    .filter(({ delivery }) => !delivery)
    .flatMap(({ providerMessageId = '', recent, revision }) => {
      const told = [...(model.changes.get(providerMessageId) ?? [])];
      const [deletions = [], others = []] = [true, false].map((isDeletion) =>
        told.filter((id) => id.includes('.revoke.') === isDeletion).map(shortHash),
      );
      const applied = recent.map((each) => each.slice(-keyLength));
      const deleted = applied.filter((key) => deletions.includes(key));
      const fits =
        deleted.length === Math.min(1, deletions.length) &&
        others.every((key) => applied.includes(key)) &&
        applied.length === deleted.length + others.length;
      return fits && revision === applied.length
        ? []
        : [`${providerMessageId}: told ${told}, applied ${applied}`];
    });
}

/** Each entry and each change has its event, in order, always with the same bytes; nothing else has one. */
function eventProblems({ conversations, events }: Observed): string[] {
  const changed = events.filter(({ sameBytes }) => !sameBytes).map(({ event }) => event.id);
  const wanted = new Map(conversations.map((each) => [each.conversation.id, wantedEvents(each)]));
  const others = events.filter(({ event }) => !wanted.has(event.partitionkey) && !isRefusal(event));
  return [
    ...changed.map((id) => `event ${id} came with other bytes or addresses`),
    ...others.map(({ event }) => `event ${event.id} is of nothing stored`),
    ...[...wanted].flatMap(([id, { entries, changes }]) => {
      const ids = events
        .map(({ event }) => event)
        .filter((event) => event.partitionkey === id && !isRefusal(event));
      const ofEntries = ids.filter(({ revision }) => revision === undefined).map((each) => each.id);
      const ofChanges = ids.filter(({ revision }) => revision !== undefined).map((each) => each.id);
      return [
        ...(ofEntries.join() === entries.join() ? [] : [`${id}: events ${ofEntries}`]),
        ...changeOrderProblems(ofChanges, changes),
        ...ofChanges
          .filter(
            (change) =>
              !isAfter(
                ids.map((each) => each.id),
                change,
              ),
          )
          .map((change) => `${change} came before its message`),
      ];
    }),
  ];
}

function wantedEvents({ conversation, entries }: StoredConversation) {
  return {
    entries: entries.flatMap(({ sequence, opens }) => [
      ...(opens ? [`${conversation.id}.${sequence}.${opens}`] : []),
      `${conversation.id}.${sequence}`,
    ]),
    changes: entries.map(({ sequence, revision }) =>
      Array.from(
        { length: revision },
        (_, index) => `${conversation.id}.${sequence}.r${index + 1}`,
      ),
    ),
  };
}

/** Between messages there is no order of changes; within one there is. */
function changeOrderProblems(seen: readonly string[], wanted: readonly string[][]): string[] {
  const known = new Set(wanted.flat());
  return [
    ...seen.filter((id) => !known.has(id)).map((id) => `event ${id} is of nothing stored`),
    ...wanted
      .filter((ids) => seen.filter((id) => ids.includes(id)).join() !== ids.join())
      .map((ids) => `changes came otherwise than ${ids}`),
  ];
}

function isAfter(ids: readonly string[], change: string): boolean {
  return ids.indexOf(change.slice(0, change.lastIndexOf('.'))) < ids.indexOf(change);
}

/** What nobody can read is set aside, each once and with a reason. */
function quarantineProblems(model: Model, { bucket }: System): string[] {
  const kept = [...bucket.objects]
    .filter(([key]) => key.startsWith('quarantine/'))
    .map(([, text]) => JSON.parse(text));
  const bodies = kept.map(({ item }) => Buffer.from(item.payload.bodyBase64, 'base64').toString());
  return [...model.poison]
    .filter((poison) => !bodies.some((body) => body.includes(`"${poison}"`)))
    .map((poison) => `${poison} is not in quarantine`)
    .concat(kept.filter(({ reason }) => !reason).map(() => 'a quarantined item without a reason'))
    .concat(new Set(bodies).size === model.poison.size ? [] : [`quarantined: ${bodies}`]);
}

/** What an entry says of its raw item is what its reference, or the archive, holds. */
function rawProblems(
  { bucket }: System,
  { items }: Observed,
  { conversation, entries }: StoredConversation,
): string[] {
  return entries.flatMap(({ message, providerMessageId = '' }) => {
    if (!message?.raw) return [];
    const { sha256, keptUnder = providerMessageId } = message.raw;
    const { pk } = referenceKey(conversation.connector, conversation.account, keptUnder);
    const reference = ReferenceItem.safeParse(
      items.find((item) => item['pk'] === pk && item['sk'] === 'REFERENCE'),
    ).data;
    const text = reference?.raw
      ? unpackRaw(reference.raw)
      : bucket.objects.get(reference?.rawKey ?? '');
    const held = createHash('sha256')
      .update(text ?? '')
      .digest('hex');
    return held === Buffer.from(sha256).toString('hex')
      ? []
      : [`${providerMessageId}: what is kept of it is not what came`];
  });
}

/** Nothing is left in any queue or index, and nothing was done that SQS would have refused. */
function restProblems(system: System, { items }: Observed): string[] {
  const { ingress, statuses, outbound, normalized, replies } = system;
  const left = [ingress, statuses, outbound, replies].flatMap((queue) => queue.heads());
  return [
    ...(left.length > 0 ? [`${left.length} messages left, ${system.lastErrors.slice(-3)}`] : []),
    ...items.filter((item) => item['dirtyPk']).map(({ pk }) => `${pk} is dirty`),
    ...items.filter((item) => isDue(item, system)).map(({ pk, sk }) => `${pk} ${sk} is due`),
    ...[ingress, statuses, outbound, normalized, replies].flatMap(({ offences }) => offences),
  ];
}

/** A reply that nobody has settled, or what the sweep should have done by now: an update or a status to look up. */
function isDue({ duePk, dueAt }: Item, { clock }: System): boolean {
  if (duePk === undefined) return false;
  const isForLater = /^DUE#(?:update|status)#/.test(String(duePk));
  return !isForLater || Date.parse(String(dueAt)) <= clock.milliseconds;
}
