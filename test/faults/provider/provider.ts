import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '#infra/local/http/read-body';
import type { Tally } from '#test/faults/tally';
import {
  acceptedAnswer,
  brokenAnswer,
  listAnswer,
  type ProviderAnswer,
  providerIdOf,
  refusedAnswer,
  throttledAnswer,
} from './answers.ts';
import { drawOutcome, type Outcome } from './outcome.ts';
import { readSendRequest, type SendRequest } from './send-request.ts';

/** One message the provider took: the customer has it. */
export interface Accepted extends SendRequest {
  readonly providerId: string;
  readonly at: number;
}

export interface ProviderOptions {
  readonly seed: number;
  readonly faults: Tally;
  readonly rate: () => number;
  /** How many requests may be lost without a trace; each is a reply nobody can decide about. */
  readonly mayLose: () => boolean;
  /** An attempt whose worker is to die after it must have been taken, or nothing could ever tell what became of it. */
  readonly mustAccept: (messageId: string) => boolean;
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
  readonly stop: () => void;
}

export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const sends: Accepted[] = [];
  const lost = new Map<string, string>();
  const history = new Map<string, string[]>();
  const server = createServer((request, response) => {
    serve({ options, sends, lost, history }, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sends,
    lost,
    history,
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
}

async function serve(room: Room, request: IncomingMessage, response: ServerResponse) {
  const { options } = room;
  const url = new URL(request.url ?? '/', 'http://provider');
  const body = (await readBody(request, 1024 * 1024)) ?? Buffer.alloc(0);
  if (request.method === 'GET')
    return write(options.now(), response, listAnswer(url.searchParams, room.sends));
  const asked = readSendRequest(url.pathname, body.toString('utf8'));
  if (!asked) return write(options.now(), response, { status: 404, body: {} });
  const outcome = outcomeOf(room, asked);
  const { messageId, part, attempt } = asked;
  const before = room.history.get(messageId) ?? [];
  room.history.set(messageId, [...before, `part ${part} attempt ${attempt}: ${outcome}`]);
  if (outcome !== 'accepted') options.faults.add(`provider: ${outcome}`);
  answer(room, asked, outcome, response);
}

function outcomeOf({ options, lost }: Room, asked: SendRequest): Outcome {
  if (options.mustAccept(asked.messageId)) return 'accepted';
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
  asked: SendRequest,
  accepted: Accepted | undefined,
): ProviderAnswer | undefined {
  if (outcome === 'throttled') return throttledAnswer(asked);
  if (outcome === 'refused for good') return refusedAnswer(asked);
  if (outcome === 'accepted, then 500') return brokenAnswer;
  return outcome === 'accepted' && accepted ? acceptedAnswer(accepted) : undefined;
}

function accept({ sends, options }: Room, asked: SendRequest): Accepted {
  const accepted = { ...asked, providerId: providerIdOf(asked, sends.length), at: options.now() };
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
