import { CliError } from '#infra/cli/cli-error';
import type { Context } from '#infra/cli/command';
import { adviceOf } from '#infra/cli/output/describe';
import { type Answered, nextStep } from '#infra/cli/output/next-step';
import { messageIdOf } from '#shared/ids';
import type { Delay } from '#shared/model/delay';
import type { DeliveryError, MessagePart } from '#shared/model/delivery-status';
import type { Entry } from '#shared/table/entry';
import { ReplyItem } from '#shared/table/items';
import { replyKey } from '#shared/table/keys';
import { historyFrom } from './history.ts';
import { until } from './poll.ts';
import { readEntry, readItem, type Table } from './table.ts';

/** The progress of a reply: one line of `reply --json`. */
export interface ReplyProgress {
  readonly replyId: string;
  readonly conversationId: string;
  readonly messageId?: string;
  readonly status: string;
  readonly occurredAt?: string;
  readonly errors: readonly DeliveryError[];
  /** Present for a reply in several messages, or into a group. */
  readonly parts?: readonly MessagePart[];
  /** Present for `delayed`: why it waits, and until when probably. */
  readonly delay?: Delay;
  /** Present for `queued`, where something makes the reply dearer or otherwise worth a word. */
  readonly warnings?: readonly string[];
}

interface Reply {
  readonly replyId: string;
  readonly conversationId: string;
}

interface Followed extends Reply {
  readonly answered: Answered;
  /** Tells the words for its account, where that sends nothing now. */
  readonly pause: () => Promise<string | undefined>;
}

/** The caller of a command that names none (shared/model/reply.ts). */
const caller = 'default';

const settleTimeoutSeconds = 10;
/** Not every channel tells of a delivery, and statuses gather for a second; after this a sent reply is as far as it gets. */
const deliveryTimeoutSeconds = 3;

/**
 * Tells each status of a reply as it is stored, until it is delivered or has failed; where a channel does not tell
 * of deliveries, until it is sent. A reply that waits for the pace of its account is told as `delayed`, and is left to
 * itself. Throws when the reply has failed, when its account is paused, and when it is still on its way after 10 s.
 */
export async function followReply(
  table: Table,
  { answered, pause, ...reply }: Followed,
  tell: (progress: ReplyProgress) => void,
  { signal, localDir, terminal }: Pick<Context, 'signal' | 'localDir' | 'terminal'>,
): Promise<void> {
  const steps: Step[] = [];
  const further = async (): Promise<Step | undefined> => {
    const known = await stepsOf(table, reply);
    for (const step of known.slice(steps.length)) {
      steps.push(step);
      tell({ ...reply, ...step });
    }
    return steps.at(-1);
  };
  const settled = await until(async () => ending(await further(), sentOrOver), {
    signal,
    seconds: settleTimeoutSeconds,
  });
  if (signal.aborted) return;
  if (!settled) {
    const paused = await pause();
    const delay = paused === undefined ? await delayOfReply(table, reply) : undefined;
    const last = steps.at(-1);
    if (!delay || !last) throw stillUnderWay(reply, last, paused, localDir);
    tell({ ...reply, messageId: last.messageId, status: 'delayed', errors: [], delay });
    return terminal.note(`  it goes out by itself then; ${showing(reply)}`);
  }
  await until(async () => ending(await further(), over), {
    signal,
    seconds: deliveryTimeoutSeconds,
  });
  const last = steps.at(-1);
  if (last?.status !== 'failed') return;
  const here = last.errors.flatMap(({ code }) => nextStep(code, answered) ?? []).at(0);
  const other = last.errors.flatMap(({ advice }) => (advice ? [adviceOf(advice)] : [])).at(0);
  const ways = [here, other].filter((way) => way !== undefined);
  const isInPart = last.errors.some(({ code }) => code === 'sent_in_part');
  const what = isInPart ? 'the reply was sent in part' : 'the reply was not sent';
  throw new CliError(what, ways.length === 0 ? showing(reply) : ways.join('\n  '));
}

interface Step {
  readonly messageId: string;
  readonly status: string;
  readonly occurredAt: string;
  readonly errors: readonly DeliveryError[];
  readonly parts?: readonly MessagePart[];
}

const over = new Set(['failed', 'delivered', 'read', 'played']);
const sentOrOver = new Set([...over, 'sent']);

function ending(step: Step | undefined, wanted: ReadonlySet<string>): Step | undefined {
  return step && wanted.has(step.status) ? step : undefined;
}

/**
 * The wait of a reply that was taken and that nothing sends now. A wait of less than a minute is not told as an event;
 * it shows in the reply's slot. Undefined where the reply does not wait.
 */
async function delayOfReply(
  table: Table,
  { replyId, conversationId }: Reply,
): Promise<Delay | undefined> {
  const { sequence } = (await readItem(table, ReplyItem, replyKey(caller, replyId))) ?? {};
  const entry = sequence && (await readEntry(table, conversationId, sequence));
  return entry ? delayIn(entry) : undefined;
}

/** The wait that was told last; else the one until the slot of the reply, or until its next attempt. */
export function delayIn({ delivery }: Pick<Entry, 'delivery'>): Delay | undefined {
  if (delivery?.state !== 'accepted') return undefined;
  const { delayed, slotAt, notBefore } = delivery;
  if (delayed) return delayed;
  if (slotAt !== undefined) return { reason: 'rate_limit', expectedAt: slotAt };
  return notBefore === undefined ? undefined : { reason: 'retry', expectedAt: notBefore };
}

/** Every status the reply has had, oldest first; none before it is accepted. */
async function stepsOf(table: Table, { replyId, conversationId }: Reply): Promise<Step[]> {
  const { sequence } = (await readItem(table, ReplyItem, replyKey(caller, replyId))) ?? {};
  if (sequence === undefined) return [];
  const entry = await readEntry(table, conversationId, sequence);
  if (!entry?.message || !entry.firstStatus) return [];
  const messageId = messageIdOf(conversationId, entry);
  const occurredAt = entry.message.receivedAt;
  const first = {
    messageId,
    status: entry.firstStatus,
    occurredAt,
    errors: entry.firstErrors ?? [],
  };
  const { updates } = historyFrom(entry, { edits: new Map(), reactions: [] });
  const later = updates.flatMap((update) => {
    if (update.kind !== 'status') return [];
    const { status, occurredAt, errors, parts } = update;
    return [{ messageId, status, occurredAt, errors, ...(parts ? { parts } : {}) }];
  });
  return [first, ...later];
}

function stillUnderWay(
  reply: Reply,
  last: Step | undefined,
  pause: string | undefined,
  localDir: string,
): CliError {
  const state = last?.status ?? 'not accepted yet';
  if (pause !== undefined) {
    return new CliError(
      `the reply is ${state} and waits: ${pause}`,
      `docs/errors.md says what the code means; ${showing(reply)}`,
    );
  }
  return new CliError(
    `the reply is ${state} after ${settleTimeoutSeconds} s`,
    `${showing(reply)}, and the logs in ${localDir}/logs`,
  );
}

function showing({ conversationId }: Reply): string {
  return `./switchboard show ${conversationId}`;
}
