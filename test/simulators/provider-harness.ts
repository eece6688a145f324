import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import type { SimulatedAccount, Simulator } from '#infra/local/simulators/simulator';
import type { SimulatedProvider, Told } from '#test/support/connectors/harness';

/** One simulator between a webhook, or a mail door, that writes down what it is told, and a sender. */
export function providerHarness(
  simulator: Simulator,
  { address, settings, credentials, sending, toldIn }: SimulatedProvider,
) {
  let running: RunningSimulator;
  let account: SimulatedAccount;
  const bodies: string[] = [];
  const mails: string[] = [];
  const busy = { now: 0, max: 0 };
  const webhook = createServer(async (request, response) => {
    busy.now += 1;
    busy.max = Math.max(busy.max, busy.now);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    bodies.push(Buffer.concat(chunks).toString('utf8'));
    // Long enough for two requests at the same time to be seen together.
    await new Promise((resolve) => setTimeout(resolve, 30));
    busy.now -= 1;
    response.writeHead(200).end();
  });
  const door = mailServer(mails);

  beforeAll(async () => {
    const [webhookPort, smtpPort] = [await portOf(webhook), await portOf(door.server as Server)];
    account = {
      ...{ account: 'main', address, credentials },
      webhookUrl: `http://127.0.0.1:${webhookPort}/hook`,
      settings: { ...settings, smtpHost: '127.0.0.1', smtpPort },
    };
    running = await startSimulator(simulator, [account]);
  });
  const ask = async (method: string, path: string, body?: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${running.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: text }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  beforeEach(async () => {
    await ask('DELETE', '/_conditions');
    await ask('DELETE', '/_sent');
    await ask('POST', '/_clock', { offsetSeconds: 0 });
    bodies.length = 0;
    mails.length = 0;
    busy.max = 0;
  });
  afterAll(async () => {
    await running.stop();
    webhook.closeAllConnections();
    webhook.close();
    await new Promise<void>((resolve) => door.close(resolve));
  });

  const told = (): readonly Told[] => bodies.flatMap(toldIn);
  const idOf = async (text: string): Promise<string> => {
    const sent = (await ask('GET', '/_sent')).body as { text: string; messageId: string }[];
    return sent.find((each) => each.text === text)?.messageId ?? '';
  };
  return {
    ...{ ask, bodies, mails, told, busy, idOf },
    /** Sends a text; resolves with the status of the answer. */
    send: async (text: string, signal?: AbortSignal): Promise<number> => {
      const request = sending(running.url, text, account);
      const response = await fetch(request, signal ? { signal } : {});
      await response.arrayBuffer();
      return response.status;
    },
    /** What has been told, once it is so much. */
    untilTold: async (count: number): Promise<readonly Told[]> => {
      await vi.waitFor(
        () => {
          if (told().length < count) throw new Error(`${told().length} of ${count} were told`);
        },
        { timeout: 10_000, interval: 10 },
      );
      return told();
    },
  };
}

export function mailServer(mails: string[]): SMTPServer {
  return new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onRcptTo: ({ address }, _, done) =>
      done(address === 'help@acme.example' ? null : Object.assign(new Error('no such mailbox'))),
    onData: async (stream, _, done) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      mails.push(Buffer.concat(chunks).toString('utf8'));
      done(null);
    },
  });
}

export async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
