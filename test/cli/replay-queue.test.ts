import type { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { putOnIngress } from '#infra/cli/replay/queue';

/** The queue on which an item of this connector is put. */
async function queueOf(connector: string, mailUrl: string | undefined): Promise<unknown> {
  const sent: unknown[] = [];
  const client = {
    send: async ({ input }: SendMessageCommand) => sent.push(input.QueueUrl),
  } as unknown as SQSClient;
  const item = {
    ...{ connector, account: 'main', deduplicationId: 'd', payload: {} },
    receivedAt: '2026-11-27T10:00:00.000Z',
  };
  const name = await putOnIngress({ client, url: 'ingress', mailUrl }, { item, groupId: 'g' });
  expect(sent).toEqual([name]);
  return name;
}

it('puts a replayed mail on the queue for mail, and everything else on the ingress queue', async () => {
  expect(await queueOf('email', 'mail-ingress')).toBe('mail-ingress');
  expect(await queueOf('whatsapp', 'mail-ingress')).toBe('ingress');
  expect(await queueOf('unknown', 'mail-ingress')).toBe('ingress');
  expect(await queueOf('email', undefined)).toBe('ingress');
});
