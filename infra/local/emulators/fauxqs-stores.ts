import type { buildApp } from 'fauxqs';

export type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

export interface Queue {
  readonly name: string;
  readonly inflightMessages: ReadonlyMap<string, { message: { approximateReceiveCount: number } }>;
  readonly changeVisibility: (receiptHandle: string, seconds: number) => void;
  url: string;
  persistence?: Persistence;
}

/** The part of fauxqs 2.4.1's queue store that is used here. */
interface QueueStore {
  readonly queues: Map<string, Queue>;
  readonly getQueue: (url: string) => Queue | undefined;
  buildQueueUrl: (name: string, port: string) => string;
  persistence?: Persistence;
}

interface WrittenThrough {
  persistence?: Persistence;
}

/** The part of fauxqs 2.4.1's persistence that is used here; the package does not export it. */
interface Persistence {
  readonly db: {
    exec: (statement: string) => void;
    prepare: (statement: string) => { run: (...values: string[]) => unknown };
  };
  load: (sqs: QueueStore, sns: WrittenThrough, s3: WrittenThrough) => void;
  updateMessageReady: (messageId: string) => void;
  close: () => void;
}

export interface OpenStores {
  readonly stores: Stores;
  readonly queueNamed: (url: string) => Queue | undefined;
  /** Gives every queue the URL of this run: the port of an earlier run is in the database. */
  readonly renameUrls: (endpoint: string) => void;
  readonly close: () => void;
}

/**
 * Opens the stores of fauxqs over `directory` as its own `startFauxqs` does, and corrects three faults of 2.4.1: queue
 * URLs that do not resolve, a visibility change to 0 that loses the message, emoji that it refuses and SQS accepts.
 */
export async function openStores(directory: string): Promise<OpenStores> {
  const persistence = await openPersistence(directory);
  const [{ SqsStore }, { SnsStore }, { S3Store }] = await Promise.all([
    inside('sqs/sqsStore.js') as Promise<{ SqsStore: new () => QueueStore }>,
    inside('sns/snsStore.js') as Promise<{ SnsStore: new () => WrittenThrough }>,
    inside('s3/s3Store.js') as Promise<{ S3Store: new () => WrittenThrough }>,
  ]);
  await acceptEveryCharacterOfSqs();
  const sqsStore = new SqsStore();
  const snsStore = new SnsStore();
  const s3Store = new S3Store();
  sqsStore.buildQueueUrl = (name, port) => `http://127.0.0.1:${port}/000000000000/${name}`;
  // Loaded before the stores write through: creating a queue replaces its row, and that row's messages go with it.
  persistence.load(sqsStore, snsStore, s3Store);
  const loaded = [...sqsStore.queues.values()];
  for (const each of [sqsStore, snsStore, s3Store, ...loaded]) each.persistence = persistence;
  return {
    stores: { sqsStore, snsStore, s3Store } as unknown as Stores,
    queueNamed: (url) => sqsStore.getQueue(url),
    renameUrls: (endpoint) => {
      sqsStore.queues.clear();
      for (const queue of loaded) {
        queue.url = `${endpoint}/000000000000/${queue.name}`;
        sqsStore.queues.set(queue.url, queue);
      }
    },
    close: () => persistence.close(),
  };
}

async function openPersistence(directory: string): Promise<Persistence> {
  const { PersistenceManager } = (await inside('persistence.js')) as {
    PersistenceManager: new (directory: string) => Persistence;
  };
  const persistence = new PersistenceManager(directory);
  // With a write-ahead log this loses nothing when a process dies, only when the machine does.
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  // 2.4.1 writes NULL into a NOT NULL column here, fails after it has forgotten the message, and answers 500.
  const ready = persistence.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => ready.run(messageId);
  return persistence;
}

/** SQS accepts U+10000 to U+10FFFF (SendMessage, "Message content"); 2.4.1 refuses them, so no emoji would pass. */
async function acceptEveryCharacterOfSqs(): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR: refused } = (await inside('sqs/sqsTypes.js')) as {
    INVALID_MESSAGE_BODY_CHAR: RegExp;
  };
  refused.compile('[^\\t\\n\\r\\u{20}-\\u{D7FF}\\u{E000}-\\u{FFFD}\\u{10000}-\\u{10FFFF}]', 'u');
}

/** A module of the package that its `exports` hide; the version is pinned, and a test starts it. */
function inside(path: string): Promise<unknown> {
  return import(new URL(path, import.meta.resolve('fauxqs')).href);
}
