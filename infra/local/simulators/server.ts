import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { ApiAnswer, ApiRequest, SimulatedAccount, Simulator } from './simulator.ts';
import { type LiveWorld, liveWorld } from './world.ts';

const Fault = z.object({ kind: z.string().min(1), count: z.number().int().min(1).default(1) });
const Clock = z.object({ offsetSeconds: z.number() });
const Status = z.strictObject({
  messageId: z.string().min(1),
  status: z.string().min(1),
  code: z.union([z.string().min(1), z.int().transform(String)]).optional(),
  recipient: z.string().min(1).optional(),
});
const Inbound = z.looseObject({
  account: z.string().optional(),
  from: z.string().min(1),
  text: z.string().default(''),
  name: z.string().optional(),
});

export interface RunningSimulator {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

interface Room {
  readonly simulator: Simulator;
  readonly world: LiveWorld;
  readonly faults: string[];
}

/**
 * Serves one provider on loopback. Beside the provider's own API it answers `GET /_sent` and `DELETE /_sent`,
 * `POST /_fault {kind, count}`, `POST /_inbound {from, text}`, `POST /_status {messageId, status, code}`,
 * `POST /_clock {offsetSeconds}` and what the simulator itself offers.
 */
export async function startSimulator(
  simulator: Simulator,
  accounts: readonly SimulatedAccount[],
  port = 0,
): Promise<RunningSimulator> {
  const world = liveWorld(accounts, () => addressOf(server));
  const room: Room = { simulator, world, faults: [] };
  const server = createServer((request, response) => {
    serve(room, request, response).catch((fault: unknown) => {
      response.writeHead(500).end(JSON.stringify({ error: String(fault) }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: addressOf(server),
    stop: async () => {
      room.world.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(
  room: Room,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = await readRequest(request);
  const own = await answerForTests(room, asked);
  if (own) return write(response, own);
  const fault = room.faults.shift();
  if (fault === 'hang') return;
  if (fault === undefined || fault === 'reset-after-accept') {
    const answer = await room.simulator.answer(asked, room.world);
    if (fault) response.destroy();
    else write(response, answer);
    return;
  }
  write(response, room.simulator.fault(fault));
}

async function answerForTests(room: Room, asked: ApiRequest): Promise<ApiAnswer | undefined> {
  switch (`${asked.method} ${asked.path}`) {
    case 'GET /_sent':
      return json(200, room.world.sent);
    case 'DELETE /_sent':
      room.world.forget();
      return json(200, { cleared: true });
    case 'POST /_fault':
      return addFaults(room, asked);
    case 'POST /_inbound':
      return deliverInbound(room, asked);
    case 'POST /_status':
      return reportStatus(room, asked);
    case 'POST /_clock':
      return setClock(room, asked);
    default:
      return asked.path.startsWith('/_') ? room.simulator.control?.(asked, room.world) : undefined;
  }
}

function addFaults({ faults }: Room, asked: ApiRequest): ApiAnswer {
  const fault = Fault.safeParse(parsed(asked.body));
  if (!fault.success) return json(400, { error: z.prettifyError(fault.error) });
  const { kind, count } = fault.data;
  faults.push(...Array.from({ length: count }, () => kind));
  return json(200, { waiting: faults });
}

function setClock({ world }: Room, asked: ApiRequest): ApiAnswer {
  const clock = Clock.safeParse(parsed(asked.body));
  if (!clock.success) return json(400, { error: z.prettifyError(clock.error) });
  world.setClock(clock.data.offsetSeconds);
  return json(200, { now: world.now().toISOString() });
}

async function reportStatus({ simulator, world }: Room, asked: ApiRequest): Promise<ApiAnswer> {
  const read = Status.safeParse(parsed(asked.body));
  if (!read.success) return json(400, { error: z.prettifyError(read.error) });
  if (!simulator.report) return json(400, { error: `${simulator.connector} tells no statuses` });
  const { code, recipient, ...status } = read.data;
  const more = { ...(code === undefined ? {} : { code }), ...(recipient ? { recipient } : {}) };
  const answered = await simulator.report({ ...status, ...more }, world);
  return answered === undefined
    ? json(400, { error: `no message ${status.messageId} was sent here` })
    : json(200, { status: answered });
}

async function deliverInbound({ simulator, world }: Room, asked: ApiRequest): Promise<ApiAnswer> {
  const message = Inbound.safeParse(parsed(asked.body));
  if (!message.success) return json(400, { error: z.prettifyError(message.error) });
  const { account, from, text, name, ...more } = message.data;
  const delivered = await simulator.inbound(
    { from, text, more, ...(account ? { account } : {}), ...(name ? { name } : {}) },
    world,
  );
  return json(200, delivered);
}

async function readRequest(request: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://simulator');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
  );
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function json(status: number, value: unknown): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function write(response: ServerResponse, answer: ApiAnswer): void {
  response.writeHead(answer.status, answer.headers).end(answer.bytes ?? answer.body);
}
