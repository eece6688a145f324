import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, vi } from 'vitest';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { simulator as whatsapp } from '#infra/local/simulators/whatsapp/simulator';

export const appSecret = 'simulated-secret';
export const number = '200100300400500';
export const customer = '+491701234567';

/** A good text; tests change what they are about. */
export const text = {
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to: customer,
  type: 'text',
  text: { body: 'hello' },
};

interface Received {
  readonly signature: string;
  readonly body: string;
}

/** Meta in front of a webhook that writes down what it is told; new for each test. */
export function whatsappHarness() {
  let simulator: RunningSimulator;
  let receiver: Server;
  const received: Received[] = [];
  const door = { answers: 200 };

  beforeEach(async () => {
    received.length = 0;
    door.answers = 200;
    receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const signature = String(request.headers['x-hub-signature-256']);
      received.push({ signature, body: Buffer.concat(chunks).toString('latin1') });
      response.writeHead(door.answers).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const credentials = { appSecret, accessToken: 'EAA' };
    const settings = { displayPhoneNumber: '+49 30 901820' };
    simulator = await startSimulator(whatsapp, [
      { account: 'main', address: number, webhookUrl, settings, credentials },
      { account: 'other', address: '600700800900', webhookUrl, settings: {}, credentials },
    ]);
  });
  afterEach(async () => {
    await simulator.stop();
    receiver.closeAllConnections();
    receiver.close();
  });

  const ask = async (method: string, path: string, body?: unknown, token = 'EAA') => {
    const response = await fetch(path.startsWith('http') ? path : `${simulator.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return {
    received,
    door,
    ask,
    url: () => simulator.url,
    send: (body: unknown, token?: string, from = number) =>
      ask('POST', `/v25.0/${from}/messages`, body, token),
    write: (message: object) => ask('POST', '/_inbound', { from: customer, ...message }),
    /** The values of all changes that have come, once there are so many bodies. */
    values: async (bodies: number): Promise<Value[]> => {
      await vi.waitFor(() => {
        if (received.length < bodies) throw new Error(`${received.length} bodies have come`);
      }, 10_000);
      return received.flatMap(({ body }) =>
        JSON.parse(body).entry.flatMap(({ changes }: { changes: { value: Value }[] }) =>
          changes.map(({ value }) => value),
        ),
      );
    },
  };
}

/** What a change carries, as far as tests look at it. */
interface Value {
  readonly contacts?: readonly Record<string, unknown>[];
  readonly messages?: readonly Record<string, unknown>[];
  readonly statuses?: readonly Record<string, unknown>[];
  readonly metadata: Readonly<Record<string, unknown>>;
}
