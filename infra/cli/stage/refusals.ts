import * as z from 'zod';
import { Event } from '#shared/model/event';
import type { Found } from './changes.ts';
import type { Stack } from './stack.ts';

/** The emulator's view of a queue, which takes nothing from it (fauxqs: "Queue inspection"). */
const Counts = z.array(z.object({ name: z.string(), approximateMessageCount: z.number() }));
const Message = z.object({ body: z.string() });
const Contents = z.object({
  messages: z.object({
    ready: z.array(Message),
    inflight: z.array(z.object({ message: Message })),
  }),
});

/** Looking costs the emulator the whole queue as one answer. */
const everyMilliseconds = 1000;
const maxMessages = 1000;

/**
 * Watches for refusals that belong to no conversation: answers to reply commands that never came into one. The table
 * has no list of them, so they are shown while they are on the queue, and only where the queue can be looked into.
 */
export function watchRefusals(
  { endpoints, queues }: Stack,
  since: Date | undefined,
): () => Promise<Found[]> {
  const queue = queues.normalized.slice(queues.normalized.lastIndexOf('/') + 1);
  const inspection = `${endpoints.sqs}/_fauxqs/queues`;
  const seen = new Set<string>();
  let first = true;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - lookedAt < everyMilliseconds) return [];
    lookedAt = performance.now();
    const refused = await refusalsOn(inspection, queue);
    const fresh = refused.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    const from = first ? since?.toISOString() : '';
    first = false;
    if (from === undefined) return [];
    return fresh.flatMap((event) => (event.time >= from ? [{ at: event.time, event }] : []));
  };
}

async function refusalsOn(inspection: string, queue: string): Promise<Event[]> {
  const counts = Counts.safeParse(await read(inspection)).data ?? [];
  const count = counts.find(({ name }) => name === queue)?.approximateMessageCount ?? 0;
  if (count > maxMessages) return [];
  const contents = Contents.safeParse(await read(`${inspection}/${queue}`)).data?.messages;
  const messages = [
    ...(contents?.ready ?? []),
    ...(contents?.inflight ?? []).map(({ message }) => message),
  ];
  return messages
    .filter(({ body }) => body.includes('"refused_'))
    .flatMap(({ body }) => eventIn(body));
}

function eventIn(body: string): Event[] {
  try {
    const event = Event.parse(JSON.parse(body));
    return event.id.startsWith('refused_') ? [event] : [];
  } catch {
    return [];
  }
}

async function read(url: string): Promise<unknown> {
  const response = await fetch(url);
  const text = await response.text();
  return response.ok ? JSON.parse(text) : undefined;
}
