import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '#infra/local/http/read-body';
import { failed, failedWith, type Outcome } from './outcome.ts';

/** One event on its way to a handler. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  readonly functionArn: string;
  readonly deadlineMilliseconds: number;
}

export interface RuntimeApi {
  /** `host:port`, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Resolves at the runtime's first question for work: the code is loaded. With an outcome when it failed to load. */
  readonly initialized: Promise<Outcome | undefined>;
  /** Gives one event to the runtime; resolves with the runtime's answer. One at a time. */
  readonly give: (invocation: Invocation) => Promise<Outcome>;
  readonly stop: () => void;
}

/** The largest response of a handler, with the bytes AWS leaves for the envelope (measured on AWS: 6 MB + 100 B). */
const maxResponseBytes = 6_291_556;

/**
 * The Runtime API of one execution environment (docs: "Using the Lambda runtime API"): `next`, `response`, `error`
 * and `init/error`.
 */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const exchange = openExchange();
  const server = createServer((request, response) => {
    answer(exchange, request, response).catch(() => response.destroy());
  });
  // The runtime may wait for its next event for as long as the stack runs.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    initialized: exchange.initialized.promise,
    give: exchange.give,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Matches the runtime's requests for work with our events, in whichever order they come. */
interface Exchange {
  readonly initialized: PromiseWithResolvers<Outcome | undefined>;
  readonly give: (invocation: Invocation) => Promise<Outcome>;
  readonly ask: (response: ServerResponse) => void;
  readonly settle: (outcome: Outcome) => void;
}

function openExchange(): Exchange {
  let asking: ServerResponse | undefined;
  let offered: Invocation | undefined;
  let settle: (outcome: Outcome) => void = () => undefined;
  const meet = (): void => {
    if (!asking || !offered) return;
    writeInvocation(asking, offered);
    asking = undefined;
    offered = undefined;
  };
  return {
    initialized: Promise.withResolvers(),
    give: (invocation) =>
      new Promise((resolve) => {
        settle = resolve;
        offered = invocation;
        meet();
      }),
    ask: (response) => {
      asking = response;
      meet();
    },
    settle: (outcome) => settle(outcome),
  };
}

async function answer(
  exchange: Exchange,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '';
  if (path.endsWith('/invocation/next')) {
    exchange.initialized.resolve(undefined);
    exchange.ask(response);
    return;
  }
  const body = (await readBody(request, Number.POSITIVE_INFINITY)) ?? Buffer.alloc(0);
  response.writeHead(202).end();
  if (path.endsWith('/init/error')) exchange.initialized.resolve(failedWith(body.toString()));
  else exchange.settle(path.endsWith('/error') ? failedWith(body.toString()) : returned(body));
}

function writeInvocation(response: ServerResponse, invocation: Invocation): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': invocation.requestId,
    'lambda-runtime-deadline-ms': String(invocation.deadlineMilliseconds),
    'lambda-runtime-invoked-function-arn': invocation.functionArn,
    'lambda-runtime-trace-id': `Root=1-00000000-${invocation.requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`,
  });
  response.end(invocation.payload);
}

function returned(body: Buffer): Outcome {
  if (body.length <= maxResponseBytes) return { kind: 'returned', payload: body.toString('utf8') };
  return failed(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
  );
}
