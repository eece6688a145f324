import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { redrive } from '#infra/cli/dlq/redrive';

type Input = Readonly<Record<string, unknown>>;

/** Redrives two letters of one group from the dead letters of this queue; the second one only where that is asked. */
async function moved(source: string, messageId?: string): Promise<Input[]> {
  const left = ['first', 'second'].map((id) => ({
    ...{ MessageId: id, ReceiptHandle: id, Body: '{}' },
    Attributes: { MessageGroupId: 'account' },
  }));
  const sent: Input[] = [];
  const send = async (command: { readonly input: Input }) => {
    const { name } = command.constructor;
    if (name === 'ReceiveMessageCommand') return { Messages: left.splice(0) };
    if (name === 'SendMessageCommand') sent.push(command.input);
    return { MessageId: `copy ${sent.length}` };
  };
  const client = { send } as unknown as SQSClient;
  const queue = { name: 'statuses', url: `https://sqs.invalid/dead-${source}`, client };
  await redrive(
    { ...queue, source: `https://sqs.invalid/${source}` },
    {
      ...(messageId === undefined ? {} : { messageId }),
      ...{ signal: new AbortController().signal, moved: () => undefined },
      objection: async () => undefined,
    },
  );
  return sent;
}

describe('a dead letter of a fair queue', () => {
  it('keeps its group and gets no deduplication id, which a standard queue refuses', async () => {
    const sent = await moved('statuses');
    expect(sent.map(({ MessageGroupId }) => MessageGroupId)).toEqual(['account', 'account']);
    expect(sent.filter((each) => 'MessageDeduplicationId' in each)).toEqual([]);
    const ordered = await moved('ingress.fifo');
    expect(ordered.filter((each) => 'MessageDeduplicationId' in each)).toHaveLength(2);
  });

  it('may go before an older one of its group, for the group is no order', async () => {
    expect(await moved('statuses', 'second')).toHaveLength(1);
    await expect(moved('ingress.fifo', 'second')).rejects.toThrow('would overtake');
  });
});
