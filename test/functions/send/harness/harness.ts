import { pacingOf } from '#connectors/capabilities';
import { replyAccepter } from '#functions/accept-reply/accept-reply';
import { replySender } from '#functions/send/send';
import { type Swept, sweeper } from '#functions/sweep/sweep';
import type { AccountSetting } from '#shared/accounts';
import type { FileRead } from '#shared/aws/objects/file-reader';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import { markDue } from '#shared/aws/store/due/check-due';
import { isWaiting } from '#shared/aws/store/sending/wait';
import { readState } from '#shared/aws/store/state';
import { readEntry } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { messageIdOf } from '#shared/ids';
import type { Event } from '#shared/model/event';
import type { ReplyCommand } from '#shared/model/reply';
import type { SendSignal } from '#shared/model/send-command';
import { nearSeconds } from '#shared/near';
import { RetryLater } from '#shared/retry-later';
import type { Entry } from '#shared/table/entry';
import type { Emulators } from '#test/support/aws/emulators';
import { fixedSecrets } from '#test/support/aws/fixed-secrets';
import { lines } from './lines.ts';
import { outboundQueue, type Place } from './outbound-queue.ts';
import { type ScriptedApi, type ScriptedConnector, scriptedApi } from './scripted-apis.ts';
import { type Asked, startScriptedProvider } from './scripted-provider.ts';

export const leaseSeconds = 60;
export const reconcileAfterSeconds = 60;
const uncertainAfterSeconds = 900;

/** A reply that is more than a text. */
export type Said = Pick<ReplyCommand, 'content'> & Partial<ReplyCommand>;

/** One account with its provider's API, a clock of its own, and the functions that send. */
export interface Harness {
  readonly api: ScriptedApi;
  readonly clock: { now: Date; remainingSeconds: number; readonly pass: (seconds: number) => void };
  /** A new customer writes; resolves with the conversation. */
  readonly newConversation: (visibility?: 'private' | 'public') => Promise<string>;
  /** An agent answers; the reply is accepted, and its first event published. */
  readonly reply: (conversationId: string, said: string | Said) => Promise<Place>;
  /** What a file of a reply reads as; a file that is not here is refused. */
  readonly files: Map<string, FileRead>;
  /** Puts a command that is no reply before the accepter. */
  readonly command: (body: object) => Promise<void>;
  /** One delivery of the send command. Resolves with the wait when the reply is to come again, else with nothing. */
  readonly send: (place: Place | SendSignal, received?: number) => Promise<number | undefined>;
  /**
   * Delivers the command as often as it asks for, each time after the wait it asked for; where it waits in `due`, the
   * sweep runs each minute.
   */
  readonly sendToEnd: (place: Place) => Promise<void>;
  /**
   * The command of a reply that waits in `due`, as the sweep releases it when its time has come, or a minute later. The
   * commands of other replies stay on the queue.
   */
  readonly released: (place: Place) => Promise<Place | undefined>;
  readonly sweep: () => Promise<Swept>;
  /** The commands on the outbound queue, taken off; without those of other desks, whose replies a sweep finds too. */
  readonly commands: () => Place[];
  /** What does not work at the moment. */
  readonly failing: { secrets: boolean };
  /** What the provider tells about a part of a reply, in its own callback. */
  readonly tell: (
    place: Place,
    status: 'sent' | 'delivered' | 'read' | 'failed',
    about: {
      readonly providerMessageId: string;
      readonly part?: number;
      /** In a group: the member it speaks of. */
      readonly recipient?: string;
    },
  ) => Promise<void>;
  /** What the provider tells under its own id alone, of a message nobody here knows yet. */
  readonly tellStranger: (
    status: 'sent' | 'delivered' | 'read' | 'failed',
    providerMessageId: string,
  ) => Promise<void>;
  /** The command has been received so often that it may die; then it does. */
  readonly commandDies: (place: Place) => Promise<void>;
  readonly entry: (place: Place) => Promise<Entry>;
  /** Events about a reply since the last call, in order. */
  readonly events: (place: Place) => Promise<Event[]>;
  /** Kinds of event about a reply since the last call, in order. */
  readonly heard: (place: Place) => Promise<string[]>;
  /** Codes of the account's alerts since the last call. */
  readonly alerts: () => Promise<string[]>;
  readonly target: PublishTarget;
  readonly setting: AccountSetting;
  /** What died on the replies queue. */
  readonly deadReplies: Queue;
  /** Every request the provider got. */
  readonly asked: readonly Asked[];
  /** The signs on the outbound queue, taken off. */
  readonly signs: () => SendSignal[];
  readonly close: () => Promise<void>;
}

let opened = 0;

const notThere: FileRead = {
  kind: 'refused',
  error: { code: 'media_not_found', title: 'no such file', retryable: false },
};

/** A status as a connector reads it, under the provider's own id. */
function statusOf(
  status: 'sent' | 'delivered' | 'read' | 'failed',
  providerMessageId: string,
): ChannelUpdate & { kind: 'status' } {
  const error = { code: 'undelivered', title: 'not delivered', retryable: false } as const;
  return {
    ...{ kind: 'status', id: `${providerMessageId}:${status}`, status },
    target: { providerMessageId },
    ...(status === 'failed' ? { errors: [error] } : {}),
  };
}

export async function openHarness(
  { table, queue, drain }: Emulators,
  connector: ScriptedConnector = 'twilio',
  more: Partial<Pick<AccountSetting, 'pacing' | 'publicPacing' | 'settings'>> = {},
): Promise<Harness> {
  opened += 1;
  const account = `account-${opened}`;
  const line = lines[connector];
  const clock = {
    remainingSeconds: 90,
    now: new Date('2026-11-21T10:00:00.000Z'),
    pass: (seconds: number) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
  };
  const now = () => clock.now;
  const api = scriptedApi(connector, now);
  const provider = await startScriptedProvider(api.act);
  const outbound = outboundQueue(now);
  const target: PublishTarget = {
    table,
    normalized: await queue(`normalized-${opened}.fifo`),
    outbound: outbound.queue,
    now,
  };
  const deadReplies = await queue(`dead-replies-${opened}.fifo`);
  const setting: AccountSetting = {
    ...{ connector, account, secretId: account, settings: line.settings, ...more },
    ...{ apiUrl: provider.url, publicUrl: `https://example.test/webhooks/${connector}/${account}` },
  };
  const failing = { secrets: false };
  const secrets = fixedSecrets(line.secret);
  const pacing = {
    nearSeconds,
    pacingOf: (asked: Parameters<typeof pacingOf>[1]) => pacingOf([setting], asked),
  };
  const sendOnce = replySender({
    ...pacing,
    sleep: async (milliseconds) => {
      const until = now().getTime() + milliseconds;
      clock.now = new Date(Math.max(until, now().getTime()));
    },
    ...{ target, now, leaseSeconds, reconcileAfterSeconds, uncertainAfterSeconds },
    accounts: [setting],
    archiveBucket: 'archive',
    secrets: {
      ...secrets,
      current: async (...asked) => {
        if (failing.secrets) throw new Error('no secrets');
        return secrets.current(...asked);
      },
    },
    files: async ({ uri }) => files.get(uri) ?? notThere,
    addressOf: async ({ uri }) => {
      const read = files.get(uri) ?? notThere;
      if (read.kind === 'refused') return read;
      return { kind: 'addressed', address: `https://archive.example/${encodeURIComponent(uri)}` };
    },
    uploadTimeoutSeconds: 20,
    remainingSeconds: () => clock.remainingSeconds,
    // Long where an answer will come: a busy machine must not look like a provider that is silent.
    get attemptTimeoutSeconds() {
      return api.fates[0] === 'taken_then_hang' || api.fates[0] === 'held' ? 0.3 : 20;
    },
  });
  const files = new Map<string, FileRead>();
  const accept = replyAccepter({
    ...{ target, now },
    settings: { accounts: [setting], archiveBucket: 'archive' },
    look: async () => ({ kind: 'found' as const, sizeBytes: 1 }),
  });
  const events: Event[] = [];
  const take = async (matches: (event: Event) => boolean): Promise<Event[]> => {
    events.push(...(await drain(target.normalized)));
    const found = events.filter(matches);
    for (const event of found) events.splice(events.indexOf(event), 1);
    return found;
  };
  const about = ({ conversationId, sequence }: Place): Promise<Event[]> =>
    take((event) => event.subject === conversationId && event.sequence === String(sequence));
  const send = async (
    place: Place | SendSignal,
    received?: number,
  ): Promise<number | undefined> => {
    try {
      await sendOnce(JSON.stringify(place), received);
      return undefined;
    } catch (fault) {
      if (fault instanceof RetryLater) return fault.seconds;
      throw fault;
    }
  };
  const own = new Set<string>();
  let written = 0;
  let replied = 0;
  let commanded = 0;
  const commands = (): Place[] =>
    outbound.taken().filter(({ conversationId }) => own.has(conversationId));
  const sweep = sweeper({
    ...{ ...pacing, target, now, uncertainAfterSeconds, deadReplies },
    remainingSeconds: () => 60,
  });
  const waits = async (place: Place): Promise<boolean> => {
    const state = await readState(table, place);
    return state !== undefined && isWaiting(state);
  };
  const released = async (place: Place): Promise<Place | undefined> => {
    const state = await readState(table, place);
    const waitMs = Date.parse(state?.dueAt ?? '') - now().getTime();
    clock.pass(Math.max(waitMs / 1000, 0) || 60);
    await sweep();
    const isOwn = ({ conversationId, sequence }: Place) =>
      conversationId === place.conversationId && sequence === place.sequence;
    const all = outbound.taken();
    outbound.putBack(all.filter((each) => !isOwn(each)));
    return all.findLast(isOwn);
  };
  const toEnd = async (place: Place, command: Place | undefined, left: number): Promise<void> => {
    if (left === 0) throw new Error('the reply asked 200 times to come again');
    if (!command) return toEnd(place, await released(place), left - 1);
    const wait = await send(command);
    if (wait === undefined) return (await waits(place)) ? toEnd(place, undefined, left) : undefined;
    clock.pass(wait);
    return toEnd(place, command, left - 1);
  };
  const publishUpdate = async (update: ChannelUpdate): Promise<void> => {
    const origin = { connector, account, receivedAt: now().toISOString() };
    const { changed } = await applyChannelUpdate(table, origin, update);
    if (changed) await publish(target, changed.conversation, changed.entry);
  };
  return {
    ...{ api, clock, target, setting, deadReplies, send, files, failing },
    command: (body) => {
      commanded += 1;
      return accept(JSON.stringify(body), `${account}-queue-${commanded}`);
    },
    newConversation: async (visibility = 'private') => {
      written += 1;
      const identity = (address: string) => ({
        ...{ channel: line.channel, scope: '', address },
        kind: connector === 'twitter' ? ('user_id' as const) : ('phone' as const),
      });
      const receivedAt = now().toISOString();
      const { replyWindowHours } = line;
      const origin = {
        ...{ connector, account, receivedAt },
        ...(replyWindowHours === undefined ? {} : { replyWindowHours }),
      };
      const number = opened * 100 + written;
      const { conversation, entry } = await appendMessage(table, origin, {
        ...{ kind: 'message', channel: line.channel, direction: 'inbound', visibility },
        providerMessageId: visibility === 'public' ? `9${number}` : `${account}-in-${written}`,
        business: identity(line.business),
        customer: { identities: [identity(line.customer(number))] },
        ...{ occurredAt: receivedAt, content: { type: 'text', text: 'Hello' }, text: 'Hello' },
        attachments: [],
        ...(visibility === 'public' ? { thread: { key: `9${number}`, follows: [] } } : {}),
      });
      await publish(target, conversation, entry);
      own.add(conversation.id);
      return conversation.id;
    },
    reply: async (conversationId, said) => {
      replied += 1;
      const replyId = `${account}-${replied}`;
      const given = typeof said === 'string' ? { content: { type: 'text', text: said } } : said;
      const command = { conversationId, replyId, ...given };
      await accept(JSON.stringify(command), replyId);
      const [accepted] = await take(({ data }) => JSON.stringify(data).includes(`"${replyId}"`));
      // The first command: the test delivers it itself.
      commands();
      return { conversationId, sequence: Number(accepted?.sequence) };
    },
    released,
    sendToEnd: (place) => toEnd(place, place, 200),
    sweep,
    commands,
    tell: ({ conversationId, sequence }, status, { providerMessageId, part = 0, recipient }) =>
      publishUpdate({
        ...statusOf(status, providerMessageId),
        ...(recipient ? { recipient, id: `${providerMessageId}:${status}:${recipient}` } : {}),
        target: { providerMessageId, part, messageId: messageIdOf(conversationId, { sequence }) },
      }),
    tellStranger: (status, providerMessageId) => publishUpdate(statusOf(status, providerMessageId)),
    commandDies: async (place) => {
      const state = await readState(table, place);
      if (!state) throw new Error('no such reply');
      await markDue(table, place, state, new Date(now().getTime() + 900_000).toISOString());
    },
    entry: async ({ conversationId, sequence }) => {
      const entry = await readEntry(table, conversationId, sequence);
      if (!entry) throw new Error(`no entry ${sequence}`);
      return entry;
    },
    events: about,
    heard: async (place) => (await about(place)).map(({ type }) => type.split('.')[2] ?? ''),
    alerts: async () => {
      const found = await take(({ type }) => type === 'switchboard.channel.alert.v1');
      return found.map(({ data }) => String(Reflect.get(data, 'code')));
    },
    asked: provider.asked,
    signs: outbound.signs,
    close: provider.stop,
  };
}
