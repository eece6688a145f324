import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Queue } from '#shared/aws/queues/queue';
import { SendCommand, SendSignal } from '#shared/model/send-command';

/** Which reply. */
export type Place = SendCommand;

const deduplicationMilliseconds = 5 * 60_000;

/** The outbound queue on a simulated clock: a repeat within five minutes is dropped, as a FIFO queue drops it. */
export function outboundQueue(now: () => Date) {
  const waiting: Place[] = [];
  const signs: SendSignal[] = [];
  const seenAt = new Map<string, number>();
  const send = async ({ input }: SendMessageCommand) => {
    const { MessageBody = '', MessageDeduplicationId: id = '' } = input;
    const seen = seenAt.get(id) ?? Number.NEGATIVE_INFINITY;
    if (now().getTime() - seen < deduplicationMilliseconds) return;
    seenAt.set(id, now().getTime());
    const body: unknown = JSON.parse(MessageBody);
    const sign = SendSignal.safeParse(body);
    if (sign.success) signs.push(sign.data);
    else waiting.push(SendCommand.parse(body));
  };
  const queue: Queue = { url: 'outbound', client: { send } as unknown as Queue['client'] };
  return {
    queue,
    taken: () => waiting.splice(0),
    putBack: (commands: readonly Place[]) => waiting.unshift(...commands),
    signs: () => signs.splice(0),
  };
}
