import { enqueueItems, enqueueStatuses } from '#shared/aws/queues/lanes';
import { requestFile } from '#shared/aws/queues/media-queue';
import { requestSend, requestSignal } from '#shared/aws/queues/queue';
import { origin } from '#test/store/messages';
import type { Emulators } from '#test/support/aws/emulators';

export interface QueueMessage {
  readonly queue: 'ingress' | 'statuses' | 'outbound' | 'media';
  readonly body: unknown;
}

/** One message of every kind that functions hand to one another, put on real queues by the code that writes it. */
export async function queueEverything(emulators: Emulators, name: string): Promise<QueueMessage[]> {
  const [ingress, statuses, outbound, media] = [
    await emulators.queue(`${name}-ingress.fifo`),
    await emulators.queue(`${name}-statuses`),
    await emulators.queue(`${name}-outbound.fifo`),
    await emulators.queue(`${name}-media`),
  ];
  const claims = { put: async (key: string) => ({ bucket: 'archive', key }) };
  const of = (deduplicationId: string, payload: unknown = { text: deduplicationId }) => ({
    ...{ connector: origin.connector, account: origin.account, receivedAt: origin.receivedAt },
    ...{ deduplicationId, payload, groupKey: [deduplicationId.slice(0, 4)] },
  });
  await enqueueItems({ ...ingress, claims }, [
    of('one'),
    { ...of('mail'), raw: { bucket: 'mail', key: 'inbound/1' } },
    { ...of('half'), unreadable: 'not JSON' },
    of('huge', { text: 'x'.repeat(100_001) }),
    ...['many1', 'many2', 'many3', 'many4', 'many5'].map((id) => of(id)),
    { ...of('many6'), unreadable: 'not JSON' },
  ] as never);
  await enqueueStatuses(statuses, [of('status1'), of('status2')] as never);
  const place = { conversationId: 'cnv_x', sequence: 3 };
  await requestSend(outbound, place);
  await requestSend(outbound, { ...place, generation: 1 });
  const slotAt = origin.receivedAt;
  await requestSend(outbound, { ...place, account: 'twitter/main' }, 'private');
  await requestSend(outbound, { ...place, account: 'twitter/main/public', slotAt }, 'public');
  const signal = {
    conversationId: 'cnv_x',
    signal: 'typing',
    providerMessageId: 'wamid.1',
  } as const;
  await requestSignal(outbound, signal, 'a');
  await requestFile(media, {
    ...place,
    attachmentId: 'att_1',
    downloadUrl: 'https://example.com/1',
  });
  const queues = { ingress, statuses, outbound, media };
  const messages: QueueMessage[] = [];
  for (const [queue, { client, url }] of Object.entries(queues)) {
    for (const body of await emulators.drainBodies({ client, url })) {
      messages.push({ queue: queue as QueueMessage['queue'], body });
    }
  }
  return messages.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
