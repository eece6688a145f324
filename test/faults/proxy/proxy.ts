import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from '#infra/local/http/read-body';
import type { Tally } from '#test/faults/tally';
import { type AwsAnswer, type AwsCall, targetOf } from './aws-call.ts';
import { faultAnswers } from './fault-answers.ts';
import type { FaultPlan, ProxyFault, Storm } from './fault-plan.ts';
import { type Endpoints, forward } from './forward.ts';
import { deduplicationOver, partOfTheBatch } from './queue-faults.ts';

export interface ProxyWorld {
  readonly endpoints: Endpoints;
  readonly plan: FaultPlan;
  readonly faults: Tally;
  /** Told of every fault, with the call it befell. */
  readonly befell: (call: AwsCall, fault: ProxyFault) => void;
  /** Answers what no emulator is asked: secrets, and the visibility of what the harness has handed out. */
  readonly own: (call: AwsCall) => AwsAnswer | undefined;
}

/** AWS as one worker sees it. */
export interface AwsProxy {
  readonly url: string;
  /** Calls of the table, the queues and the archive since the last `begin`. */
  readonly calls: () => readonly string[];
  /** How many of them met a fault. */
  readonly faults: () => number;
  /** A new invocation: what it is to find broken. */
  readonly begin: (storm: Storm | undefined) => void;
  /** Closes every connection that is kept alive. */
  readonly hangUp: () => void;
  readonly stop: () => void;
}

const maxBodyBytes = 16 * 1024 * 1024;

/** Listens for one worker and answers for all of AWS, through the faults of the plan. */
export async function startProxy(world: ProxyWorld): Promise<AwsProxy> {
  let storm: Storm | undefined;
  let calls: string[] = [];
  let faults = 0;
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(request);
    if (call.service !== 'secretsmanager') calls.push(`${call.service}:${call.action}`);
    const fault = world.plan.next(call, storm);
    if (fault) {
      world.faults.add(`${call.service}: ${fault}`);
      world.befell(call, fault);
    }
    const answer = await answerTo(world, call, fault);
    faults += fault || !answer ? 1 : 0;
    give(response, fault === 'commit then reset' ? undefined : answer);
  };
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    faults: () => faults,
    begin: (next) => {
      storm = next;
      [calls, faults] = [[], 0];
    },
    hangUp: () => server.closeIdleConnections(),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function give(response: ServerResponse, answer: AwsAnswer | undefined): void {
  if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  else response.destroy();
}

async function readCall(request: IncomingMessage): Promise<AwsCall> {
  const body = (await readBody(request, maxBodyBytes)) ?? Buffer.alloc(0);
  const method = request.method ?? 'POST';
  return {
    ...targetOf(request.headers, method),
    method,
    path: request.url ?? '/',
    headers: request.headers,
    body,
  };
}

async function answerTo(
  world: ProxyWorld,
  call: AwsCall,
  fault: ProxyFault | undefined,
): Promise<AwsAnswer | undefined> {
  if (fault && fault in faultAnswers) return faultAnswers[fault as keyof typeof faultAnswers](call);
  if (fault === 'delay') await sleep(250);
  const own = world.own(call);
  if (own) return own;
  try {
    if (fault === 'part of the batch') return await partOfTheBatch(world.endpoints, call);
    const sent = fault === 'deduplication over' ? deduplicationOver(call) : call;
    return await forward(world.endpoints, sent);
  } catch {
    // The emulator is being restarted.
    return undefined;
  }
}
