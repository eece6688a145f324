import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { catchUps } from '#connectors/catch-ups';
import { prices } from '#connectors/twitter/prices';
import { type CatchUpDependencies, catcherUp } from '#functions/catch-up/catch-up';
import { enqueueItems } from '#shared/aws/queues/lanes';
import { readCatchUp } from '#shared/aws/store/catch-up/catch-up-state';
import { readSpending } from '#shared/aws/store/spending/spending';
import { IngressMessage } from '#shared/model/ingress';
import { referenceKey } from '#shared/table/keys';
import { credentials, eventsOf, ownUserId, publicUrl } from '#test/connectors/twitter/received';
import type { Emulators } from '#test/support/aws/emulators';
import { fixedSecrets } from '#test/support/aws/fixed-secrets';
import { type FakeX, idAt, startFakeX } from './fake-x.ts';

export const customers = ['1600000000000000001', '1600000000000000002', '1600000000000000003'];
export const afterSeconds = 120;
let accounts = 0;

/** One account at a fake X, with a table and a queue, and a clock that the test moves. */
export async function openCatchUp(emulators: Emulators, catchUp: object = {}) {
  accounts += 1;
  const name = `account-${accounts}`;
  const x = await startFakeX();
  const queue = await emulators.queue(`ingress-${name}.fifo`);
  const clock = { ms: Date.parse('2026-11-27T09:00:00.000Z'), hasTime: () => true };
  const account = { connector: 'twitter', account: name };
  const objects = new Map<string, string>();
  const dependencies = (change: Partial<CatchUpDependencies> = {}): CatchUpDependencies => ({
    accounts: [
      {
        ...account,
        ...{ publicUrl, apiUrl: x.apiUrl, secretId: 'secret' },
        settings: { address: ownUserId, username: 'acmecare', catchUp },
      },
    ],
    catchUps,
    pricesOf: () => prices,
    table: emulators.table,
    enqueue: (items) => enqueueItems(queue, items),
    held: {
      put: async (key, entries) => void objects.set(key, JSON.stringify(entries)),
      get: async (key) => {
        const text = objects.get(key);
        return text === undefined ? undefined : JSON.parse(text);
      },
    },
    now: () => new Date(clock.ms),
    afterSeconds,
    hasTime: () => clock.hasTime(),
    secrets: fixedSecrets(credentials),
    callTimeoutSeconds: 5,
    leaseSeconds: 300,
    ...change,
  });
  /** What the queue holds, oldest first, as it was put there. */
  const takeQueued = async () => {
    const bodies = await emulators.drainBodies(queue);
    return bodies
      .map((body) => IngressMessage.parse(body))
      .flatMap(
        ({ items, ...message }) => items?.map((item) => ({ ...message, ...item })) ?? [message],
      );
  };
  let made = 0;
  const write = (list: FakeX['posts'], from: string, text: string, more = {}) => {
    made += 1;
    const entry = { id: idAt(clock.ms, made), from, text, atMs: clock.ms, ...more };
    list.push(entry);
    return entry.id;
  };
  /** A message that a webhook brought: the table knows it. */
  const known = async (id: string) => {
    await emulators.table.client.send(
      new PutCommand({
        TableName: emulators.table.name,
        Item: { ...referenceKey('twitter', name, id), conversationId: 'cnv_1', sequence: 1 },
      }),
    );
    return id;
  };
  return {
    ...{ x, clock, known, objects },
    pass: (seconds: number) => {
      clock.ms += seconds * 1000;
    },
    mention: (from: string, text: string, more = {}) => write(x.posts, from, text, { ...more }),
    directMessage: (from: string, text: string, more = {}) =>
      write(x.directMessages, from, text, { ...more }),
    run: (change: Partial<CatchUpDependencies> = {}) => catcherUp(dependencies(change))(),
    /** The texts that were queued, in order, and the codes of alerts. */
    queued: async () =>
      (await takeQueued()).map((item) => {
        const [event] = eventsOf(item as never);
        if (event?.kind === 'alert') return `alert ${event.code}`;
        return event?.kind === 'message' ? event.text : `${event?.kind}`;
      }),
    takeQueued,
    state: () => readCatchUp(emulators.table, account),
    spending: () => readSpending(emulators.table, account, new Date(clock.ms)),
  };
}
export type CatchUpHarness = Awaited<ReturnType<typeof openCatchUp>>;
