import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Adjust } from '#infra/local/functions';
import { readBody } from '#infra/local/http/read-body';
import { targetOf } from '#test/faults/proxy/aws-call';
import { forward } from '#test/faults/proxy/forward';

/** Stands before the table for some functions of a local stack, and lets nothing through until it is opened. */
export interface Gate {
  /** For `startStack`. */
  readonly adjust: Adjust;
  /** How many calls have come to it. */
  readonly calls: () => number;
  readonly open: () => void;
  readonly stop: () => void;
}

const maxBodyBytes = 1024 * 1024;

/** `isShut` says of which functions, by their labels. */
export async function startGate(isShut: (label: string) => boolean): Promise<Gate> {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const behind = { dynamodb: '', sqs: '', s3: '' };
  let calls = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'POST', url: path = '/', headers } = request;
    const body = (await readBody(request, maxBodyBytes)) ?? Buffer.alloc(0);
    calls += 1;
    await opened;
    const answer = await forward(behind, {
      ...{ ...targetOf(headers, method), method, path, headers, body },
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    adjust: (fn, endpoints) => {
      behind.dynamodb = endpoints['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
      if (!isShut(fn.label)) return fn;
      return { ...fn, environment: { ...fn.environment, AWS_ENDPOINT_URL_DYNAMODB: url } };
    },
    calls: () => calls,
    open,
    stop: () => {
      open();
      server.closeAllConnections();
      server.close();
    },
  };
}
