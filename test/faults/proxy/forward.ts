import { Agent, request } from 'node:http';
import type { AwsAnswer, AwsCall, Service } from './aws-call.ts';

/** Where the emulators are now; they come back from a restart under another port. */
export type Endpoints = Record<Exclude<Service, 'secretsmanager'>, string>;

const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const dropped = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect']);

/** Hands a call on to its emulator. Rejects while that is down. */
export function forward(endpoints: Endpoints, call: AwsCall): Promise<AwsAnswer> {
  if (call.service === 'secretsmanager') throw new Error('secrets are not forwarded');
  const target = new URL(call.path, endpoints[call.service]);
  const body = call.service === 'sqs' ? readdressed(call, endpoints.sqs) : call.body;
  const headers = Object.fromEntries(
    Object.entries(call.headers).filter(([name]) => !dropped.has(name)),
  );
  return new Promise((resolve, reject) => {
    const sent = request(
      target,
      { method: call.method, agent, headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 500,
            headers: answerHeaders(answer.headers),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** A queue's URL names the host it is reached at, and functions reach it through us. */
function readdressed({ body }: AwsCall, endpoint: string): Buffer {
  const asked = JSON.parse(body.toString('utf8')) as { QueueUrl?: string };
  if (asked.QueueUrl === undefined) return body;
  const { pathname } = new URL(asked.QueueUrl);
  return Buffer.from(JSON.stringify({ ...asked, QueueUrl: `${endpoint}${pathname}` }));
}

function answerHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !dropped.has(name) && name !== 'keep-alive')
      .map(([name, value]) => [name, String(value)]),
  );
}
