import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { whatsapp } from '#infra/local/simulators/whatsapp';

const appSecret = 'simulated-secret';
let simulator: RunningSimulator;
let receiver: Server;
let received: { readonly signature: string; readonly body: string }[];
let statusToAnswer: number;

beforeEach(async () => {
  received = [];
  statusToAnswer = 200;
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const signature = String(request.headers['x-hub-signature-256']);
    received.push({ signature, body: Buffer.concat(chunks).toString('latin1') });
    response.writeHead(statusToAnswer).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  simulator = await startSimulator(whatsapp, [
    {
      account: 'main',
      address: '200100300400500',
      webhookUrl,
      settings: {},
      credentials: { appSecret, accessToken: 'EAA' },
    },
  ]);
});
afterEach(async () => {
  await simulator.stop();
  receiver.closeAllConnections();
  receiver.close();
});

async function call(body: unknown, token = 'EAA', number = '200100300400500') {
  const response = await fetch(`${simulator.url}/v25.0/${number}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const text = {
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to: '+491701234567',
  type: 'text',
  text: { body: 'hello' },
};

describe("Meta's side of the API", () => {
  it('accepts a text and lists it', async () => {
    const { status, body } = await call(text);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      messaging_product: 'whatsapp',
      contacts: [{ input: '+491701234567', wa_id: '491701234567' }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    });
    const sent = await (await fetch(`${simulator.url}/_sent`)).json();
    expect(sent).toMatchObject([
      { to: '491701234567', text: 'hello', messageId: body.messages[0].id, request: text },
    ]);
  });

  it('accepts a BSUID in `recipient` and a read mark', async () => {
    const { to: _, ...rest } = text;
    const { body } = await call({ ...rest, recipient: 'DE.44' });
    expect(body.contacts).toEqual([{ input: 'DE.44', user_id: 'DE.44' }]);
    const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.1' };
    expect((await call(read)).body).toEqual({ success: true });
  });

  it.each([
    ['another product', { ...text, messaging_product: 'messenger' }],
    ['a BSUID in `to`', { ...text, to: 'DE.44' }],
    ['an unknown key', { ...text, biz_opaque_data: 'x' }],
    ['an unknown type', { ...text, type: 'hologram' }],
    ['a text of 4097', { ...text, text: { body: 'a'.repeat(4097) } }],
    ['an empty text', { ...text, text: { body: '' } }],
    ['callback data of 513', { ...text, biz_opaque_callback_data: 'a'.repeat(513) }],
    ['no JSON object', 'x'],
  ])('refuses %s with code 100', async (_, body) => {
    const answer = await call(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 100, type: 'OAuthException' });
  });

  it('refuses a message to nobody, a wrong token, and a number that is not there', async () => {
    const { to: _, ...nobody } = text;
    expect((await call(nobody)).body.error.code).toBe(131008);
    expect(await call(text, 'wrong')).toMatchObject({
      status: 401,
      body: { error: { code: 190 } },
    });
    expect((await call(text, 'EAA', '1')).body.error).toMatchObject({
      code: 100,
      error_subcode: 33,
    });
  });

  it.each([
    ['429', 429, 130429],
    ['500', 500, 131000],
    ['131047', 400, 131047],
    ['190', 401, 190],
  ])('plays the fault %s', (name, status, code) => {
    const fault = whatsapp.fault(name);
    expect(fault.status).toBe(status);
    expect(JSON.parse(fault.body).error.code).toBe(code);
  });
});

describe("Meta's webhooks", () => {
  function expectSigned({ signature, body }: { signature: string; body: string }): void {
    const hash = createHmac('sha256', appSecret).update(body, 'latin1').digest('hex');
    expect(signature).toBe(`sha256=${hash}`);
  }

  it('bring the statuses of a send, signed, with the callback data', async () => {
    const { body } = await call({ ...text, biz_opaque_callback_data: 'msg_1.1.1' });
    await vi.waitFor(() => expect(received).toHaveLength(2), 5000);
    received.forEach(expectSigned);
    const statuses = received.map(
      (each) => JSON.parse(each.body).entry[0].changes[0].value.statuses[0],
    );
    expect(statuses).toMatchObject([
      { id: body.messages[0].id, status: 'sent', biz_opaque_callback_data: 'msg_1.1.1' },
      { id: body.messages[0].id, status: 'delivered', recipient_id: '491701234567' },
    ]);
  });

  it("bring a customer's message as escaped ASCII, under the id that was promised", async () => {
    const response = await fetch(`${simulator.url}/_inbound`, {
      method: 'POST',
      body: JSON.stringify({ from: '+491701234567', text: 'Grüße 👋 a/b', name: 'Ada' }),
    });
    const { providerMessageId, status } = (await response.json()) as Record<string, unknown>;
    expect(status).toBe(200);
    const [webhook] = received;
    if (!webhook) throw new Error('no webhook came');
    expectSigned(webhook);
    expect(webhook.body).toMatch(/^[ -~]+$/);
    expect(webhook.body).toContain('Gr\\u00fc\\u00dfe \\ud83d\\udc4b a\\/b');
    expect(JSON.parse(webhook.body).entry[0].changes[0].value).toMatchObject({
      metadata: { phone_number_id: '200100300400500' },
      contacts: [{ profile: { name: 'Ada' }, wa_id: '491701234567' }],
      messages: [{ id: providerMessageId, from: '491701234567', text: { body: 'Grüße 👋 a/b' } }],
    });
  });

  it('of a customer with a user name carry no phone', async () => {
    await fetch(`${simulator.url}/_inbound`, {
      method: 'POST',
      body: JSON.stringify({ from: 'DE.44', text: 'hi' }),
    });
    const [message] = JSON.parse(received[0]?.body ?? '').entry[0].changes[0].value.messages;
    expect(message).toMatchObject({ from_user_id: 'DE.44' });
    expect(message).not.toHaveProperty('from');
  });

  it('are repeated while they are answered with 503', async () => {
    statusToAnswer = 503;
    const asked = fetch(`${simulator.url}/_inbound`, {
      method: 'POST',
      body: JSON.stringify({ from: '491701234567', text: 'again' }),
    });
    await vi.waitFor(() => expect(received.length).toBeGreaterThan(1), 5000);
    statusToAnswer = 200;
    expect(await (await asked).json()).toMatchObject({ status: 200 });
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });
});
