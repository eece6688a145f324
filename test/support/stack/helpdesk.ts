import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** As much of an event as the tests look at. */
export interface HeardEvent {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly sequence?: string;
  readonly revision?: string;
  readonly data: {
    readonly replyId?: string;
    readonly status?: string;
    readonly errors?: readonly { readonly code: string; readonly providerCode?: string }[];
    readonly parts?: readonly { readonly status: string; readonly providerMessageId?: string }[];
    readonly code?: string;
    readonly cost?: Readonly<Record<string, unknown>>;
    readonly emoji?: string;
    readonly message?: {
      readonly id: string;
      readonly conversationId: string;
      readonly direction: string;
      readonly channel: string;
      readonly text?: string;
      readonly replyId?: string;
      readonly providerMessageId?: string;
      readonly metadata?: Readonly<Record<string, string>>;
    };
  };
}

/** One message of the normalized queue, as SQS handed it over. */
export interface Heard {
  readonly event: HeardEvent;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
}

/** A consumer of the normalized queue that keeps everything it was given, in order. */
export interface Helpdesk {
  readonly heard: readonly Heard[];
  /** The events that match, once there are `count` of them. Throws, telling what was heard, when time runs out. */
  readonly waitFor: (
    matches: (event: HeardEvent) => boolean,
    options?: { readonly count?: number; readonly seconds?: number },
  ) => Promise<readonly HeardEvent[]>;
  readonly close: () => Promise<void>;
}

export function openHelpdesk(sqs: SQSClient, queueUrl: string): Helpdesk {
  const closing = new AbortController();
  const heard: Heard[] = [];
  const listening = listen(sqs, queueUrl, heard, closing.signal);
  return {
    heard,
    waitFor: async (matches, { count = 1, seconds = 40 } = {}) => {
      const until = Date.now() + seconds * 1000;
      for (;;) {
        const found = heard.map(({ event }) => event).filter(matches);
        if (found.length >= count) return found;
        if (Date.now() > until) throw new Error(`${found.length} of ${count} came; ${told(heard)}`);
        await pause(25);
      }
    },
    close: async () => {
      closing.abort();
      await listening;
    },
  };
}

async function listen(
  sqs: SQSClient,
  QueueUrl: string,
  heard: Heard[],
  signal: AbortSignal,
): Promise<void> {
  const receive = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 5,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  });
  while (!signal.aborted) {
    const Messages = await sqs.send(receive, { abortSignal: signal }).then(
      (received) => received.Messages ?? [],
      // The queue is away, or the test is over.
      () => pause(200),
    );
    if (Messages.length === 0) continue;
    heard.push(...Messages.map(heardOf));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
    }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

async function pause(milliseconds: number): Promise<Message[]> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return [];
}

function heardOf({ Body = '', Attributes, MessageAttributes = {} }: Message): Heard {
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [
    name,
    StringValue,
  ]);
  return {
    event: JSON.parse(Body) as HeardEvent,
    body: Body,
    attributes: Object.fromEntries(attributes),
    groupId: Attributes?.MessageGroupId,
    deduplicationId: Attributes?.MessageDeduplicationId,
  };
}

function told(heard: readonly Heard[]): string {
  return `heard: ${heard.map(({ event }) => `${event.type} ${event.sequence ?? ''}`).join(', ')}`;
}
