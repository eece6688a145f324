import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { simulator as twilio } from '#infra/local/simulators/twilio/simulator';

const accountSid = `AC${'d'.repeat(32)}`;
const headers = { authorization: `Basic ${btoa(`${accountSid}:token`)}` };
const messages = `/2010-04-01/Accounts/${accountSid}/Messages`;
const MessagingServiceSid = `MG${'a'.repeat(32)}`;

let receiver: Server;
let simulator: RunningSimulator;
let told: (string | null)[];

beforeEach(async () => {
  told = [];
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    told.push(form.get('ErrorCode') ?? form.get('MessageStatus'));
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/status`;
  const account = { account: 'main', address: '+15005550006', webhookUrl };
  const settings = { messagingServiceSid: MessagingServiceSid };
  const credentials = { accountSid, authToken: 'token' };
  simulator = await startSimulator(twilio, [{ ...account, settings, credentials }]);
});
afterEach(async () => {
  await simulator.stop();
  await new Promise((resolve) => receiver.close(resolve));
});

const call = (path: string, body: object) =>
  fetch(`${simulator.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
const inSeconds = (seconds: number) =>
  new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

async function create(more: Record<string, string>) {
  const StatusCallback = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/status`;
  const message = { To: '+15035550142', From: '+15005550006', Body: 'Hello', StatusCallback };
  const body = new URLSearchParams({ ...message, ScheduleType: 'fixed', ...more });
  const response = await fetch(`${simulator.url}${messages}.json`, {
    ...{ method: 'POST', headers, body },
  });
  return (await response.json()) as Record<string, unknown>;
}

async function statusOf(sid: unknown): Promise<unknown> {
  const response = await fetch(`${simulator.url}${messages}/${sid}.json`, { headers });
  return ((await response.json()) as Record<string, unknown>)['status'];
}

describe('the simulated Twilio, given a time', () => {
  it('keeps the message until then on its own clock, and calls back after that', async () => {
    const { sid, status } = await create({ MessagingServiceSid, SendAt: inSeconds(3600) });
    expect([status, await statusOf(sid)]).toEqual(['scheduled', 'scheduled']);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(told).toEqual([]);
    await call('/_clock', { offsetSeconds: 3601 });
    await expect.poll(() => told).toEqual(['sent', 'delivered']);
    expect(await statusOf(sid)).toBe('delivered');
  });

  it('looks for an opt-out when the time has come', async () => {
    await create({ MessagingServiceSid, SendAt: inSeconds(3600) });
    await call('/_inbound', { from: '+15035550142', text: 'STOP' });
    told.splice(0);
    await call('/_clock', { offsetSeconds: 3601 });
    await expect.poll(() => told).toEqual(['21610']);
  });

  it('sends at once where no Messaging Service is named', async () => {
    expect(await create({ SendAt: inSeconds(3600) })).toMatchObject({ status: 'queued' });
    await expect.poll(() => told).toEqual(['sent', 'delivered']);
  });

  it.each([
    [35_114, { SendAt: inSeconds(200) }],
    [35_114, { SendAt: inSeconds(35 * 86_400 + 60) }],
    [35_114, { SendAt: 'tomorrow' }],
    [35_111, {}],
    [35_126, { SendAt: inSeconds(3600), ScheduleType: 'flexible' }],
  ])('answers %i to %j', async (code, more) => {
    expect(await create({ MessagingServiceSid, ...more })).toMatchObject({ code });
  });
});
