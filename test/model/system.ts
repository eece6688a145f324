import { pacingOf } from '#connectors/capabilities';
import { parsers } from '#connectors/parsers';
import { replyAccepter } from '#functions/accept-reply/accept-reply';
import { normalizer } from '#functions/normalize/normalize';
import { statusNormalizer } from '#functions/normalize/normalize-statuses';
import { receiver } from '#functions/receive/receive';
import { replySender } from '#functions/send/send';
import { sweeper } from '#functions/sweep/sweep';
import type { AccountSetting } from '#shared/accounts';
import type { PublishTarget } from '#shared/aws/publish/publish';
import { lanes } from '#shared/aws/queues/lanes';
import type { Table } from '#shared/aws/store/table';
import { nearSeconds } from '#shared/near';
import { webhookOf } from '#test/support/webhooks/webhook-of';
import { type Bucket, bucket } from './bucket.ts';
import { type Fault, type Invocation, invocation } from './faults.ts';
import type { Defect } from './mutants.ts';
import type { Provider } from './provider.ts';
import { type FifoQueue, fifoQueue, type Queued } from './queues/fifo-queue.ts';
import { clientOf, standardQueue } from './queues/standard-queue.ts';
import { type SigningSecrets, signingSecrets } from './secrets.ts';
import { apiEvent, type Connector, publicUrl, settings, type Webhook } from './webhooks.ts';

export type GrantedSlot = () => Promise<void>;

/** All functions of one run around one table, with every queue, clock and provider in the run's hands. */
export interface System {
  readonly clock: { milliseconds: number };
  readonly ingress: FifoQueue;
  /** Not FIFO: delivery statuses come in any order. */
  readonly statuses: FifoQueue;
  readonly normalized: FifoQueue;
  readonly outbound: FifoQueue;
  readonly replies: FifoQueue;
  readonly bucket: Bucket;
  readonly secrets: SigningSecrets;
  readonly provider: Provider;
  readonly table: Table;
  /** Faults that came about, the processes that died of them, and faults nobody had planned. */
  readonly count: { faults: number; kills: number };
  readonly lastErrors: string[];
  /** Posts a webhook; resolves with the status of the answer. */
  readonly post: (
    webhook: Webhook,
    signedWith: string,
    fault?: Fault,
    turn?: GrantedSlot,
  ) => Promise<number>;
  readonly normalize: (message: Queued, fault?: Fault, turn?: GrantedSlot) => Promise<void>;
  readonly normalizeStatuses: (message: Queued, fault?: Fault, turn?: GrantedSlot) => Promise<void>;
  readonly accept: (reply: Queued, fault?: Fault, turn?: GrantedSlot) => Promise<void>;
  readonly send: (message: Queued, fault?: Fault, turn?: GrantedSlot) => Promise<void>;
  /** Resolves with whether there was nothing to do. */
  readonly sweep: (fault?: Fault, turn?: GrantedSlot) => Promise<boolean>;
}

const start = Date.parse('2026-11-21T10:00:00.000Z');
/** In the product's order: attempt < lease < visibility (infra/cdk/outbound.ts). */
const leaseSeconds = 60;
const uncertainAfterSeconds = 900;
const reconcileAfterSeconds = 120;

export function createSystem(table: Table, provider: Provider, defect?: Defect): System {
  const clock = { milliseconds: start };
  const nowMilliseconds = () => clock.milliseconds;
  const now = () => new Date(clock.milliseconds);
  const queue = (name: string) => {
    const plain = fifoQueue(name, nowMilliseconds);
    return defect?.queue?.(plain) ?? plain;
  };
  const [ingress, normalized] = [queue('ingress'), queue('normalized')];
  const statuses = standardQueue('statuses');
  const [replies, outbound] = [queue('replies'), queue('outbound')];
  // No message of a run is ever received so often that it is dead.
  const deadReplies = { url: 'https://sqs.invalid/dead', client: { send: async () => ({}) } };
  const secrets = signingSecrets(nowMilliseconds);
  const objects = bucket();
  const count = { faults: 0, kills: 0 };
  const lastErrors: string[] = [];
  const accounts = (['whatsapp', 'twilio'] as const).map(
    (connector): AccountSetting => ({
      ...{ connector, account: 'main', secretId: connector },
      ...{ publicUrl: publicUrl(connector), apiUrl: provider.apiUrl },
      settings: settings[connector],
    }),
  );
  const tableClient = defect?.table?.(table.client) ?? table.client;
  const pacing = {
    nearSeconds,
    pacingOf: (account: Parameters<typeof pacingOf>[1]) => pacingOf(accounts, account),
  };
  const targetOf = ({ wrap }: Invocation): PublishTarget => ({
    table: { client: wrap(tableClient), name: table.name },
    normalized: { url: normalized.url, client: wrap(normalized.client) },
    outbound: { url: outbound.url, client: wrap(outbound.client) },
    now,
  });
  const invoke = async <Result>(
    fault: Fault | undefined,
    turn: GrantedSlot | undefined,
    work: (invoked: Invocation) => Promise<Result>,
  ): Promise<Result | undefined> => {
    const invoked = invocation(fault, turn);
    const result = await work(invoked).catch((error: unknown) => {
      lastErrors.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      return undefined;
    });
    count.faults += invoked.struck() ? 1 : 0;
    count.kills += invoked.killed() ? 1 : 0;
    return invoked.killed() || fault?.kind === 'undeleted' ? undefined : result;
  };
  const consume = async (
    message: { deleted: boolean },
    fault: Fault | undefined,
    turn: GrantedSlot | undefined,
    work: (invoked: Invocation) => Promise<void>,
  ) => {
    const done = await invoke(fault, turn, async (invoked) => {
      await work(invoked);
      return true;
    });
    if (done || defect?.acknowledgesFailures) message.deleted = true;
  };
  const doors = (connector: Connector, { wrap }: Invocation) =>
    receiver({
      ...{
        connector,
        webhook: webhookOf(connector),
        accounts,
        now,
        secrets: secrets.secrets,
        refused: () => {},
      },
      enqueue: lanes({
        url: ingress.url,
        statusesUrl: statuses.url,
        client: wrap(clientOf(ingress, statuses)),
      }),
    });
  const normalizing = (invoked: Invocation) => {
    const archive = { client: invoked.wrap(objects.client), bucket: 'archive' };
    const target = targetOf(invoked);
    // No customer of the model sends files: nothing is ever asked for.
    return { accounts, parsers, archive, media: target.outbound, now, target };
  };
  return {
    ...{ clock, ingress, normalized, outbound, secrets, provider, table, count, lastErrors },
    ...{ replies, statuses, bucket: objects },
    post: async (webhook, signedWith, fault, turn) => {
      const status = await invoke(fault, turn, async (invoked) => {
        const answered = await doors(webhook.connector, invoked)(apiEvent(webhook, signedWith));
        return answered.statusCode;
      });
      return status ?? (defect?.answersFailures ? 200 : 503);
    },
    normalize: (message, fault, turn) =>
      consume(message, fault, turn, (invoked) => normalizer(normalizing(invoked))(message.body)),
    normalizeStatuses: (message, fault, turn) =>
      consume(message, fault, turn, async (invoked) => {
        const record = { messageId: String(message.number), body: message.body };
        const faults = await statusNormalizer(normalizing(invoked))([record]);
        for (const each of faults.values()) throw each;
      }),
    accept: (reply, fault, turn) =>
      consume(reply, fault, turn, (invoked) =>
        replyAccepter({
          ...{ target: targetOf(invoked), now },
          settings: { accounts, archiveBucket: 'archive' },
          look: async () => ({ kind: 'found' as const, sizeBytes: 1 }),
        })(reply.body, `q${reply.number}`),
      ),
    send: (message, fault, turn) =>
      consume(message, fault, turn, (invoked) =>
        replySender({
          ...{ accounts, now, secrets: secrets.secrets, archiveBucket: 'archive' },
          ...{ leaseSeconds, uncertainAfterSeconds, reconcileAfterSeconds },
          ...pacing,
          sleep: async () => {},
          target: targetOf(invoked),
          // Long where an answer will come: a busy machine must not look like a provider that hangs.
          // No reply of these runs shows a file.
          files: async () => ({ kind: 'read', bytes: new Uint8Array() }),
          addressOf: async () => ({ kind: 'addressed', address: 'https://archive.example' }),
          uploadTimeoutSeconds: 20,
          remainingSeconds: () => 90,
          get attemptTimeoutSeconds() {
            return provider.script[0] === 'accepted_then_hang' ? 0.02 : 20;
          },
        })(message.body),
      ),
    sweep: async (fault, turn) => {
      if (defect?.neverSweeps) return true;
      const swept = await invoke(fault, turn, (invoked) =>
        sweeper({
          ...{ ...pacing, target: targetOf(invoked), now, uncertainAfterSeconds },
          remainingSeconds: () => 60,
          deadReplies: { url: deadReplies.url, client: invoked.wrap(deadReplies.client) as never },
        })(),
      );
      return swept !== undefined && swept.published + swept.replies + swept.failed === 0;
    },
  };
}
