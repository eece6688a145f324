import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '#infra/local/http/read-body';
import { everyAccount, pacedAccount } from '#test/faults/accounts';
import type {
  Accepted,
  AskedToSend,
  ProviderAnswer,
  SendRequest,
} from '#test/faults/channels/channel';
import { channels } from '#test/faults/channels/channels';
import type { Tally } from '#test/faults/tally';
import { drawOutcome, type Outcome } from './outcome.ts';

export interface ProviderOptions {
  readonly seed: number;
  readonly faults: Tally;
  readonly rate: () => number;
  /** How many requests may be lost without a trace; each is a reply nobody can decide about. */
  readonly mayLose: () => boolean;
  /** An attempt whose worker is to die after it must have been taken, or nothing could ever tell what became of it. */
  readonly mustAccept: (messageId: string) => boolean;
  /** Which of our messages says these words, for a provider that is not told. */
  readonly messageSaying: (text: string) => Promise<string>;
  /** No clock has been put forward yet: what comes later may come together. */
  readonly isJudged: () => boolean;
  /** The provider's clock, which is on every answer. */
  readonly now: () => number;
  readonly accepted: (send: Accepted) => void;
}

/** Every provider on one port, with everything that can go wrong between accepting and saying so. */
export interface Provider {
  readonly url: string;
  readonly sends: readonly Accepted[];
  /** Why an attempt is undecided, by our message id. */
  readonly lost: ReadonlyMap<string, string>;
  /** What became of each request, by our message id: part, attempt, outcome. */
  readonly history: ReadonlyMap<string, readonly string[]>;
  /** When each request of the paced account came, taken or not, on the harness's own clock. */
  readonly paced: readonly PacedRequest[];
  /** Makes the next request of the paced account pause it. */
  readonly pauseNext: () => void;
  readonly stop: () => void;
}

export interface PacedRequest {
  readonly text: string;
  readonly atMs: number;
}

export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const sends: Accepted[] = [];
  const lost = new Map<string, string>();
  const history = new Map<string, string[]>();
  const paced: PacedRequest[] = [];
  const room: Room = { options, sends, lost, history, paced, pauses: 0 };
  const server = createServer((request, response) => {
    serve(room, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sends,
    lost,
    history,
    paced,
    pauseNext: () => {
      room.pauses += 1;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Room {
  readonly options: ProviderOptions;
  readonly sends: Accepted[];
  readonly lost: Map<string, string>;
  readonly history: Map<string, string[]>;
  readonly paced: PacedRequest[];
  /** How many requests are still to be answered so that the account pauses. */
  pauses: number;
}

async function serve(room: Room, request: IncomingMessage, response: ServerResponse) {
  const { options, sends } = room;
  const url = new URL(request.url ?? '/', 'http://provider');
  const body = (await readBody(request, 1024 * 1024)) ?? Buffer.alloc(0);
  const asked = request.method === 'GET' ? undefined : await readAsked(url.pathname, body);
  if (!asked) {
    const lists = Object.values(channels).flatMap(({ list }) => list?.(url, sends) ?? []);
    return write(options.now(), response, lists[0] ?? { status: 404, body: {} });
  }
  if (asked.account === pacedAccount && options.isJudged()) {
    room.paced.push({ text: asked.text, atMs: performance.now() });
  }
  const whole = await completed(room, asked);
  const outcome = outcomeOf(room, whole);
  const { messageId, part, attempt } = whole;
  const before = room.history.get(messageId) ?? [];
  room.history.set(messageId, [...before, `part ${part} attempt ${attempt}: ${outcome}`]);
  if (outcome !== 'accepted') options.faults.add(`provider: ${outcome}`);
  answer(room, whole, outcome, response);
}

async function readAsked(path: string, body: Buffer): Promise<AskedToSend | undefined> {
  for (const { readRequest } of Object.values(channels)) {
    const asked = await readRequest(path, body.toString('utf8'), everyAccount);
    if (asked) return asked;
  }
  return undefined;
}

/** What the request does not say: the message by its words, the attempt by those there were before. */
async function completed({ options, history }: Room, asked: AskedToSend): Promise<SendRequest> {
  const { text, part = 0 } = asked;
  const messageId = asked.messageId ?? (await options.messageSaying(text));
  const attempt = asked.attempt ?? (history.get(messageId)?.length ?? 0) + 1;
  return { ...asked, messageId, part, attempt };
}

function outcomeOf(room: Room, asked: SendRequest): Outcome {
  const { options, lost } = room;
  if (options.mustAccept(asked.messageId)) return 'accepted';
  if (asked.account === pacedAccount && room.pauses > 0) {
    room.pauses -= 1;
    return 'paused';
  }
  const { seed, rate, mayLose } = options;
  const outcome = drawOutcome({ seed, rate: rate(), ...asked });
  if (outcome !== 'lost') return outcome;
  if (!mayLose()) return 'accepted';
  lost.set(asked.messageId, 'the provider lost the request');
  return 'lost';
}

function answer(room: Room, asked: SendRequest, outcome: Outcome, response: ServerResponse): void {
  const accepted = outcome.startsWith('accepted') ? accept(room, asked) : undefined;
  // The sender gives up after its own time.
  if (outcome === 'accepted, then silence') return;
  const said = answerOf(outcome, asked, accepted);
  if (said) write(room.options.now(), response, said);
  else response.destroy();
}

function answerOf(
  outcome: Outcome,
  { account }: SendRequest,
  accepted: Accepted | undefined,
): ProviderAnswer | undefined {
  const channel = channels[account.connector];
  if (outcome === 'throttled') return channel.throttled();
  if (outcome === 'refused for good') return channel.refused();
  if (outcome === 'paused') return channel.paused?.();
  if (outcome === 'accepted, then 500') return { status: 500, body: { error: 'ordered' } };
  return outcome === 'accepted' && accepted ? channel.accepted(accepted) : undefined;
}

function accept({ sends, options }: Room, asked: SendRequest): Accepted {
  const { account, messageId, part, attempt } = asked;
  const key = `${messageId}.${part}.${attempt}.${sends.length}`;
  const random = createHash('sha256').update(key).digest('hex');
  const at = options.now();
  const providerId = channels[account.connector].sentId(random, at, sends.length);
  const accepted = { ...asked, providerId, at };
  sends.push(accepted);
  options.accepted(accepted);
  return accepted;
}

function write(
  now: number,
  response: ServerResponse,
  { status, headers, body }: ProviderAnswer,
): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      date: new Date(now).toUTCString(),
      ...headers,
    })
    .end(JSON.stringify(body));
}
