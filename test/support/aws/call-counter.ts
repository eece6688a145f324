import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Adjust } from '#infra/local/functions';
import { readBody } from '#infra/local/http/read-body';
import { targetOf } from '#test/faults/proxy/aws-call';
import { forward } from '#test/faults/proxy/forward';

/** Stands between the functions of a local stack and AWS, and writes down what they call. */
export interface CallCounter {
  /** For `startStack`: leads every function here, but those that run by the clock. */
  readonly adjust: Adjust;
  /** Every call of the table, the queues and the buckets since the last `reset`, reads too: `sqs:SendMessageBatch`. */
  readonly calls: () => readonly string[];
  readonly reset: () => void;
  readonly stop: () => void;
}

/** The sweep works every minute whatever happens. */
const scheduled = ['sweep'];
const maxBodyBytes = 16 * 1024 * 1024;

export async function startCallCounter(): Promise<CallCounter> {
  let calls: string[] = [];
  const behind = { dynamodb: '', sqs: '', s3: '' };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'POST', url: path = '/', headers } = request;
    const body = (await readBody(request, maxBodyBytes)) ?? Buffer.alloc(0);
    const target = targetOf(headers, method);
    calls.push(`${target.service}:${target.action}`);
    const answer = await forward(behind, { ...target, method, path, headers, body });
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
      behind.sqs = endpoints['AWS_ENDPOINT_URL_SQS'] ?? '';
      behind.s3 = endpoints['AWS_ENDPOINT_URL_S3'] ?? '';
      if (scheduled.includes(fn.label)) return fn;
      // The SDK calls a queue where its URL says.
      const variables = Object.entries(fn.environment).map(
        ([name, value]) => [name, value.replaceAll(behind.sqs, url)] as const,
      );
      const here = ['DYNAMODB', 'SQS', 'S3'].map(
        (name) => [`AWS_ENDPOINT_URL_${name}`, url] as const,
      );
      return { ...fn, environment: Object.fromEntries([...variables, ...here]) };
    },
    calls: () => calls,
    reset: () => {
      calls = [];
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
