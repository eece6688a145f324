import { createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { simulator as whatsapp } from '#infra/local/simulators/whatsapp/simulator';
import { appSecret, number, text, whatsappHarness } from './whatsapp-harness.ts';

const { ask, send, write, received, door, values } = whatsappHarness();

describe("Meta's side of the API", () => {
  it('accepts a text and lists it', async () => {
    const { status, body } = await send(text);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      messaging_product: 'whatsapp',
      contacts: [{ input: '+491701234567', wa_id: '491701234567' }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    });
    expect((await ask('GET', '/_sent')).body).toMatchObject([
      { to: '491701234567', text: 'hello', messageId: body.messages[0].id, request: text },
    ]);
  });

  it('accepts a BSUID in `recipient`, a group, and lists read marks apart', async () => {
    const { to: _, ...rest } = text;
    const { body } = await send({ ...rest, recipient: 'DE.44' });
    expect(body.contacts).toEqual([{ input: 'DE.44', user_id: 'DE.44' }]);
    await ask('POST', '/_group', { group: 'Y2FwaV9ncm91cDox' });
    const group = { ...text, recipient_type: 'group', to: 'Y2FwaV9ncm91cDox' };
    expect((await send(group)).status).toBe(200);
    const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.1' };
    expect((await send(read)).body).toEqual({ success: true });
    const typing = { ...read, typing_indicator: { type: 'text' } };
    expect((await send(typing)).body).toEqual({ success: true });
    expect((await ask('GET', '/_signals')).body).toMatchObject([read, typing]);
    expect((await ask('GET', '/_sent')).body).toHaveLength(2);
  });

  it('refuses a wrong token, a number that is not there, and a message to itself', async () => {
    expect(await send(text, 'wrong')).toMatchObject({
      status: 401,
      body: { error: { code: 190 } },
    });
    expect((await send(text, 'EAA', '1')).body.error).toMatchObject({
      type: 'GraphMethodException',
      code: 100,
      error_subcode: 33,
    });
    expect((await send({ ...text, to: '+4930901820' })).body.error.code).toBe(131021);
    expect((await ask('GET', `/v25.0/${number}/messages`)).body.error.error_subcode).toBe(33);
    expect((await ask('POST', '/nowhere', {})).body.error.error_subcode).toBe(33);
  });

  it.each([
    ['429', 429, 130429],
    ['500', 500, 131000],
    ['131047', 400, 131047],
    ['190', 401, 190],
  ])('plays the fault %s', (name, status, code) => {
    const fault = whatsapp.faults.answer(name);
    expect(fault.status).toBe(status);
    expect(JSON.parse(fault.body).error.code).toBe(code);
  });
});

describe("Meta's webhooks", () => {
  function expectSigned({ signature, body }: { signature: string; body: string }): void {
    const hash = createHmac('sha256', appSecret).update(body, 'latin1').digest('hex');
    expect(signature).toBe(`sha256=${hash}`);
  }

  it('bring the statuses of a send, signed, with the callback data and the price', async () => {
    const { body } = await send({ ...text, biz_opaque_callback_data: 'msg_1.1.1' });
    const statuses = (await values(2)).flatMap((value) => value.statuses);
    received.forEach(expectSigned);
    const pricing = {
      billable: true,
      pricing_model: 'PMP',
      type: 'regular',
      category: 'service',
    };
    const { id } = body.messages[0];
    expect(statuses).toMatchObject([
      { id, status: 'sent', biz_opaque_callback_data: 'msg_1.1.1', pricing },
      { id, status: 'delivered', recipient_id: '491701234567', pricing },
    ]);
  });

  it("bring a customer's message as escaped ASCII, under the id that was promised", async () => {
    const { body } = await write({ text: 'Grüße 👋 a/b', name: 'Ada', username: 'ada' });
    expect(body.status).toBe(200);
    const [webhook] = received;
    if (!webhook) throw new Error('no webhook came');
    expectSigned(webhook);
    expect(webhook.body).toMatch(/^[ -~]+$/);
    expect(webhook.body).toContain('Gr\\u00fc\\u00dfe \\ud83d\\udc4b a\\/b');
    expect(JSON.parse(webhook.body).entry[0].changes[0].value).toMatchObject({
      metadata: { phone_number_id: number, display_phone_number: '+49 30 901820' },
      contacts: [{ profile: { name: 'Ada', username: 'ada' }, wa_id: '491701234567' }],
      messages: [
        { id: body.providerMessageId, from: '491701234567', text: { body: 'Grüße 👋 a/b' } },
      ],
    });
  });

  it('of a customer with a user name carry no phone', async () => {
    await write({ from: 'DE.44', text: 'hi' });
    const [message] = (await values(1))[0]?.messages ?? [];
    expect(message).toMatchObject({ from_user_id: 'DE.44' });
    expect(message).not.toHaveProperty('from');
  });

  it('are repeated while they are answered with 503', async () => {
    door.answers = 503;
    const asked = write({ text: 'again' });
    await vi.waitFor(() => expect(received.length).toBeGreaterThan(1), 5000);
    door.answers = 200;
    expect((await asked).body).toMatchObject({ status: 200 });
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  it('bring whatever Meta can send: any type, any contact, any field', async () => {
    const location = { latitude: 1.5, longitude: 2 };
    await write({ message: { type: 'location', location }, contact: { user_id: 'DE.1' } });
    await write({
      message: { type: 'system', system: { type: 'user_changed_number' } },
      contact: null,
    });
    await ask('POST', '/_change', { field: 'account_update', value: { event: 'DISABLED_UPDATE' } });
    const [place, system] = await values(3);
    expect(place?.messages?.[0]).toMatchObject({ type: 'location', location });
    expect(place?.messages?.[0]).not.toHaveProperty('text');
    expect(place?.contacts?.[0]).toMatchObject({ user_id: 'DE.1' });
    expect(system).not.toHaveProperty('contacts');
    const change = JSON.parse(received[2]?.body ?? '').entry[0].changes[0];
    expect(change).toMatchObject({ field: 'account_update', value: { event: 'DISABLED_UPDATE' } });
  });
});
