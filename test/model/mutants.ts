import type { Table } from '#shared/aws/store/table';
import type { FifoQueue } from './queues/fifo-queue.ts';

/** A mistake planted into a run, which the invariants must notice. */
export interface Defect {
  readonly queue?: (queue: FifoQueue) => FifoQueue;
  readonly table?: (client: Table['client']) => Table['client'];
  readonly acknowledgesFailures?: boolean;
  readonly answersFailures?: boolean;
  readonly neverSweeps?: boolean;
  /** Shows in statuses: looked for where there are many of them. */
  readonly inStatuses?: boolean;
}

interface Write {
  ConditionExpression?: string;
  ExpressionAttributeValues?: Record<string, unknown>;
  Item?: Record<string, unknown>;
}
interface Command {
  readonly input: Write & { TransactItems?: { Put?: Write; Update?: Write }[] };
}

/** Every write of every command, before it goes out. */
function rewriting(change: (write: Write) => void) {
  return (client: Table['client']) => {
    const send = (command: Command) => {
      const { input } = command;
      const writes = (input.TransactItems ?? []).flatMap(({ Put, Update }) => Put ?? Update ?? []);
      for (const write of [...writes, input]) change(write);
      return client.send(command as never);
    };
    return { send } as unknown as Table['client'];
  };
}

/** Every item that a query of a page of entries finds, before it is read. */
function answering(change: (item: { readonly delivery?: object }) => void) {
  return (client: Table['client']) => {
    const send = async (command: Command) => {
      const output: object = await client.send(command as never);
      const isPage = 'Limit' in command.input && 'Items' in output;
      const items = isPage ? (output.Items as readonly object[]) : [];
      for (const item of items) change(item);
      return output;
    };
    return { send } as unknown as Table['client'];
  };
}

/** Every message a queue of this name is given; what comes back undefined is lost, and said to be sent. */
function meddling(name: string, change: (body: string, number: number) => string | undefined) {
  return (queue: FifoQueue): FifoQueue => {
    if (!queue.url.endsWith(name)) return queue;
    let number = 0;
    const send = async (command: { input: { MessageBody?: string } }) => {
      number += 1;
      const body = change(command.input.MessageBody ?? '', number);
      if (body === undefined) return {};
      return queue.client.send({ input: { ...command.input, MessageBody: body } } as never);
    };
    return { ...queue, client: { send } as unknown as FifoQueue['client'] };
  };
}

type StoredPart = { readonly part?: number; readonly status?: string };
const isFailedPart = ({ part, status }: StoredPart) => part !== undefined && status === 'failed';
const asDelivered = (part: StoredPart) =>
  isFailedPart(part) ? { ...part, status: 'delivered', errors: [] } : part;

/** Too rare a story to wait for: test/model/reply-order.test.ts tells it. */
export const forgetsWhatHasLeft: Defect = {
  table: answering(({ delivery }) => {
    if (delivery) Object.assign(delivery, { state: 'accepted', part: 0, attempt: 0 });
  }),
};

/** Named for what the planted mistake does. */
export const mutants: Readonly<Record<string, Defect>> = {
  'deletes a queue message whose work failed': { acknowledgesFailures: true },
  'answers 200 before the items are queued': { answersFailures: true },
  'hands out messages of one group in any order': {
    queue: (queue) => ({
      ...queue,
      heads: () => queue.taken.filter(({ deleted }) => !deleted).toReversed(),
    }),
  },
  'takes replies in any order': {
    queue: (queue) => {
      if (!queue.url.endsWith('replies')) return queue;
      return {
        ...queue,
        heads: () => queue.taken.filter(({ deleted }) => !deleted).toReversed(),
      };
    },
  },
  'stores a message again that it has': {
    table: rewriting((write) => {
      if (write.Item?.['sk'] === 'REFERENCE') delete write.ConditionExpression;
    }),
  },
  'accepts a reply again that it has': {
    table: rewriting((write) => {
      if (write.Item?.['sk'] === 'REPLY') delete write.ConditionExpression;
    }),
  },
  'sends again what may have been sent': {
    table: rewriting(({ ExpressionAttributeValues: values }) => {
      if (values?.[':state'] === 'uncertain') values[':state'] = 'accepted';
    }),
  },
  'lets a status overwrite a later one': {
    inStatuses: true,
    table: rewriting((write) => {
      const { ConditionExpression: condition } = write;
      if (condition) {
        write.ConditionExpression = condition.replace('statusRank < :rank', 'statusRank <> :rank');
      }
    }),
  },
  'forgets that a part failed': {
    inStatuses: true,
    table: rewriting(({ ExpressionAttributeValues: values = {} }) => {
      for (const [name, value] of Object.entries(values)) {
        if (Array.isArray(value) && value.some(isFailedPart)) values[name] = value.map(asDelivered);
      }
    }),
  },
  'tells trouble of an account as often as it is reported': {
    inStatuses: true,
    table: rewriting((write) => {
      if (!write.ConditionExpression?.includes('raisedAt')) return;
      write.ConditionExpression += ' OR attribute_exists(pk)';
    }),
  },
  'loses an event and moves the cursor': {
    queue: meddling('normalized', (body, number) => (number % 7 === 0 ? undefined : body)),
  },
  'publishes other bytes the second time': {
    queue: meddling('normalized', (body, number) => body.replace('{', `{"number":${number},`)),
  },
  'never sweeps': { neverSweeps: true },
};
