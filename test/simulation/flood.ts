import type { Pacing } from '#shared/connector/declaration';
import { type Line, numbers, type Options, openStage } from './stage.ts';

export interface Flood extends Options {
  readonly pacing: Pacing;
  /** Replies that are put on one account's queue at once. */
  readonly replies: number;
  /** Replies of the other account's agent, one every so many seconds. */
  readonly others: { readonly count: number; readonly everySeconds: number };
}

/** What came of it. */
export interface Figures {
  readonly sent: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  readonly maxReceives: number;
  readonly deadLetters: number;
  readonly slowestOtherSeconds: number;
  readonly lastSeconds: number;
  readonly leftWaiting: number;
  readonly maxAtOnce: number;
  readonly longestInvocationSeconds: number;
  readonly longestQueue: number;
  readonly maxWritesOfOneKeyInASecond: number;
  readonly throttledWrites: number;
  /** How many more than the pace allows went in the worst window. */
  readonly beyondPace: number;
}

/** Conversations of one, two, three and five replies. */
const lengths = [1, 1, 2, 1, 3, 1, 1, 5];

/** Puts all replies on the queue at once, and lets the functions work until everything is sent or nothing moves. */
export async function flood({ replies, others, ...options }: Flood): Promise<Figures> {
  const stage = openStage(options);
  const { clock, provider, outbound } = stage;
  const total = replies + others.count;
  const working = write(stage, replies, others.count);
  const prepared = { conversations: undefined as string[] | undefined };
  void working.then((conversations) => (prepared.conversations = conversations));
  await clock.run(() => prepared.conversations !== undefined);
  const beganMs = clock.nowMs();
  const source = stage.start();
  const askedMs = new Map<string, number>();
  for (const [index, conversation] of (await working).entries()) {
    clock.at(beganMs + index * others.everySeconds * 1000, () => {
      const text = `other ${index}`;
      askedMs.set(text, clock.nowMs());
      void stage.reply(conversation, text);
    });
  }
  const endMs = beganMs + 2 * 3_600_000;
  await clock.run(() => provider.sent.length >= total || clock.nowMs() > endMs);
  const lastMs = clock.nowMs();
  await clock.run(() => clock.nowMs() > lastMs + 180_000);
  provider.restore();
  const busy = provider.sent.filter(({ number }) => number === numbers.busy);
  const waits = provider.sent
    .filter(({ number }) => number === numbers.other)
    .map(({ ms, text }) => (ms - (askedMs.get(text) ?? 0)) / 1000);
  return {
    sent: provider.sent.length,
    doubled: provider.sent.length - new Set(provider.sent.map(({ text }) => text)).size,
    outOfOrder: outOfOrder(busy.map(({ text }) => text)),
    maxReceives: Math.max(...outbound.received.values()),
    deadLetters: outbound.dead.length + stage.deadLetters.length,
    slowestOtherSeconds: Math.max(0, ...waits),
    lastSeconds: (lastMs - beganMs) / 1000,
    leftWaiting: stage.memory.find(
      ({ duePk, waiting }) =>
        (duePk !== undefined && !String(duePk).startsWith('DUE#status#')) || waiting !== undefined,
    ).length,
    maxAtOnce: source.maxAtOnce(),
    longestInvocationSeconds: source.longestSeconds(),
    longestQueue: outbound.longest(),
    maxWritesOfOneKeyInASecond: stage.memory.maxWritesOfOneKey(),
    throttledWrites: stage.memory.throttled(),
    beyondPace: beyondPace(
      busy.map(({ ms }) => ms / 1000),
      options.pacing,
    ),
  };
}

/** Accepts the replies of the busy account; resolves with conversations of the other one. */
async function write(
  { converse, reply }: ReturnType<typeof openStage>,
  replies: number,
  others: number,
): Promise<string[]> {
  const each = async (line: Line, customer: number, length: number): Promise<string> => {
    const conversation = await converse(line, customer);
    for (let number = 1; number <= length; number += 1) {
      await reply(conversation, `${customer} ${number}`);
    }
    return conversation;
  };
  const writing: Promise<string>[] = [];
  for (let written = 0, customer = 1; written < replies; customer += 1) {
    const length = Math.min(lengths[customer % lengths.length] ?? 1, replies - written);
    written += length;
    writing.push(each('busy', customer, length));
  }
  await Promise.all(writing);
  return Promise.all(Array.from({ length: others }, (_, index) => each('other', index + 1, 0)));
}

function outOfOrder(texts: readonly string[]): number {
  const last = new Map<string, number>();
  return texts.filter((text) => {
    const [customer = '', number] = text.split(' ');
    const isLate = Number(number) !== (last.get(customer) ?? 0) + 1;
    last.set(customer, Number(number));
    return isLate;
  }).length;
}

/** As `maxBeyondPace` (test/store/pace.ts), in one pass. */
function beyondPace(seconds: readonly number[], { perSecond, burst }: Pacing): number {
  let max = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, second] of seconds.toSorted((a, b) => a - b).entries()) {
    const ahead = index - second * perSecond;
    least = Math.min(least, ahead);
    max = Math.max(max, ahead - least + 1 - burst);
  }
  return Math.round(max * 10) / 10;
}
