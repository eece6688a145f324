import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerCall } from './calls/answer-call.ts';
import { usualConditions } from './calls/conditions.ts';
import type { SimulatorContext } from './calls/context.ts';
import { faultAnswer } from './calls/faults.ts';
import type { ApiAnswer, ApiRequest, SimulatedAccount, Simulator } from './simulator.ts';
import { liveWorld } from './world.ts';

export interface RunningSimulator {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Serves one provider on loopback: its own API, and the calls that begin with `/_` (calls/answer-call.ts). */
export async function startSimulator(
  simulator: Simulator,
  accounts: readonly SimulatedAccount[],
  port = 0,
): Promise<RunningSimulator> {
  const world = liveWorld(accounts, () => addressOf(server), usualConditions(simulator.conditions));
  const context: SimulatorContext = { simulator, world, faults: [] };
  const server = createServer((request, response) => {
    serve(context, request, response).catch((fault: unknown) => {
      response.writeHead(500).end(JSON.stringify({ error: String(fault) }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: addressOf(server),
    stop: async () => {
      context.world.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(
  context: SimulatorContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = await readRequest(request);
  const called = await answerCall(context, asked);
  if (called) return write(response, called);
  const fault = context.faults.shift();
  if (fault === 'hang') return;
  const answer = fault === undefined ? undefined : faultAnswer(context.simulator, fault);
  if (answer) return write(response, answer);
  const taken = await context.simulator.answer(asked, context.world);
  if (fault === 'reset-after-accept') response.destroy();
  else write(response, taken);
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

function write(response: ServerResponse, answer: ApiAnswer): void {
  response.writeHead(answer.status, answer.headers).end(answer.bytes ?? answer.body);
}
