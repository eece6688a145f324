import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '#infra/local/lambda/outcome';
import { portProblem } from '#infra/local/trouble/port-problem';
import { gatewayAnswer, type HttpAnswer, httpAnswer } from './http-answer.ts';
import { type GatewayRequest, httpEvent, pathOf } from './http-event.ts';
import { readBody } from './read-body.ts';
import { matchRoute, type Route, type RouteMatch } from './routes.ts';

export interface ApiBackend {
  readonly routes: readonly Route[];
  readonly invoke: (functionName: string, payload: string) => Promise<Outcome>;
  /** One line of JSON for each request. */
  readonly accessLog: (line: string) => void;
}

export interface HttpApi {
  readonly url: string;
  /** Until this is called every request is answered 503: the port is known before the functions are. */
  readonly open: (backend: ApiBackend) => void;
  readonly stop: () => Promise<void>;
}

/** Quotas of HTTP APIs: 10 MB of payload, 10,240 bytes of headers. */
const maxBodyBytes = 10 * 1024 * 1024;
const maxHeaderSize = 10_240;

/** Listens on loopback as the HTTP API of API Gateway. Port 0 takes a free one. Throws when the port is taken. */
export async function startHttpApi(port: number): Promise<HttpApi> {
  let backend: ApiBackend | undefined;
  const server = createServer({ maxHeaderSize }, (request, response) => {
    serve(backend, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server
      .once('error', (fault) => reject(explained(fault, port)))
      .listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: (given) => {
      backend = given;
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.race([closed, sleep(1000, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

function explained(fault: Error, port: number): Error {
  const problem = portProblem(fault, { name: 'PORT', port });
  return problem === undefined ? fault : new Error(problem, { cause: fault });
}

async function serve(
  backend: ApiBackend | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await gatewayRequest(incoming);
  const match = backend && matchRoute(backend.routes, request.method, pathOf(request.target));
  const answer = await choose(backend, request, match);
  response.writeHead(answer.status, {
    ...(answer.headers as Record<string, string>),
    'content-length': answer.body.length,
    'apigw-requestid': request.id,
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
  backend?.accessLog(accessLine(request, match, answer));
}

async function gatewayRequest(incoming: IncomingMessage): Promise<GatewayRequest> {
  const receivedAt = new Date();
  return {
    id: randomUUID(),
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    rawHeaders: incoming.rawHeaders,
    body: await readBody(incoming, maxBodyBytes),
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
    port: incoming.socket.localPort ?? 0,
    receivedAt,
  };
}

async function choose(
  backend: ApiBackend | undefined,
  request: GatewayRequest,
  match: RouteMatch | undefined,
): Promise<HttpAnswer> {
  if (!backend) return gatewayAnswer(503, 'Service Unavailable');
  if (!request.body) return gatewayAnswer(413, 'Request Entity Too Large');
  if (!match) return gatewayAnswer(404, 'Not Found');
  return integrate(backend, match.route, JSON.stringify(httpEvent(request, match)));
}

function accessLine(
  { receivedAt, id, method, target, body }: GatewayRequest,
  match: RouteMatch | undefined,
  answer: HttpAnswer,
): string {
  return JSON.stringify({
    time: receivedAt.toISOString(),
    requestId: id,
    method,
    // As deployed, no path of a route is written: that of an unsubscribe link holds a customer's address.
    ...(match ? { account: match.pathParameters['account'] } : { path: pathOf(target) }),
    routeKey: match?.route.key ?? '-',
    status: answer.status,
    requestBytes: body?.length ?? -1,
    responseBytes: answer.body.length,
    milliseconds: Date.now() - receivedAt.getTime(),
  });
}

/** Lambda takes an event of 6 MB at most; API Gateway waits 30 seconds at most. */
async function integrate(backend: ApiBackend, route: Route, payload: string): Promise<HttpAnswer> {
  if (Buffer.byteLength(payload) > 6 * 1024 * 1024) {
    return gatewayAnswer(413, 'Request Entity Too Large');
  }
  const late = new AbortController();
  const timeout = sleep(route.timeoutMilliseconds, undefined, { signal: late.signal, ref: false });
  try {
    const answered = backend.invoke(route.functionName, payload).then(httpAnswer);
    const expired = timeout.then(() => gatewayAnswer(503, 'Service Unavailable'));
    return await Promise.race([answered, expired]);
  } catch {
    return gatewayAnswer(500, 'Internal Server Error');
  } finally {
    late.abort();
  }
}
