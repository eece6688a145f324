import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { simulators } from '#infra/local/simulators/simulators';
import { harnesses } from '#test/connectors/harnesses';
import { providerHarness } from './provider-harness.ts';

const normal = { statuses: 'normal', batch: 1, repeat: false, reorder: false };

describe('every connector', () => {
  it('has a simulator under this contract', () => {
    expect(Object.keys(harnesses).toSorted()).toEqual(Object.keys(declarations).toSorted());
    for (const [id, simulator] of Object.entries(simulators)) expect(simulator.connector).toBe(id);
  });
});

describe.each(Object.keys(harnesses) as ConnectorId[])('the simulator of %s', (connector) => {
  const { provider } = harnesses[connector];
  const simulator = simulators[connector];
  const { ask, send, idOf, told, untilTold, bodies, mails, busy } = providerHarness(
    simulator,
    provider,
  );
  const { usual, customer, failure } = provider;
  /** Some providers tell a sender nothing of its messages. */
  const tells = usual.length > 0;
  const conditions = (change: object) => ask('POST', '/_conditions', change);
  const write = (message: object) => ask('POST', '/_inbound', { from: customer, ...message });
  const statusesOf = (messageId: string) =>
    told().flatMap((each) => (each.messageId === messageId ? each.status : []));
  /** Longer than anything is told by itself. */
  const longEnough = () => sleep(1300);

  it('lists what it has taken, and forgets it', async () => {
    expect(await send('hello')).toBeLessThan(300);
    const listed = await ask('GET', '/_sent');
    expect(listed).toMatchObject({ status: 200, body: [{ text: 'hello' }] });
    // A mail has more to list than these.
    expect(listed.body[0]).toMatchObject({
      ...{ text: 'hello', messageId: expect.any(String), to: expect.any(String) },
      ...{ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), request: expect.any(Object) },
    });
    expect(await ask('DELETE', '/_sent')).toEqual({ status: 200, body: { cleared: true } });
    expect((await ask('GET', '/_sent')).body).toEqual([]);
  });

  it('tells by itself what becomes of a message, each once and in order', async () => {
    await send('as usual');
    await untilTold(usual.length);
    await longEnough();
    expect(statusesOf(await idOf('as usual'))).toEqual(usual);
  });

  it('tells nothing by itself where that is asked for, and then what it is asked', async () => {
    const { body } = await conditions({ statuses: 'none' });
    expect(body).toMatchObject({ ...normal, statuses: 'none' });
    await send('in silence');
    await longEnough();
    expect(told()).toEqual([]);
    const messageId = await idOf('in silence');
    for (const status of usual) {
      const asked = await ask('POST', '/_status', { messageId, status });
      expect(asked).toEqual({ status: 200, body: { status: 200 } });
    }
    expect(statusesOf(messageId)).toEqual(usual);
  });

  it.runIf(tells)(
    'tells a failure with its code, and of no message that it has not sent',
    async () => {
      await conditions({ statuses: 'none' });
      await send('to fail');
      const messageId = await idOf('to fail');
      if (failure) {
        const { status, code } = failure;
        expect((await ask('POST', '/_status', { messageId, status, code })).status).toBe(200);
        expect(statusesOf(messageId)).toEqual([status]);
        for (const word of String(code).split('/')) expect(bodies.join()).toContain(word);
        const answer = await ask('POST', '/_status', { messageId, status, code: 'no code' });
        expect(answer.status).toBe(400);
        expect(answer.body.error).toMatch(/^code: given "no code"[,;] expected /);
      }
      const [status] = usual;
      const unknown = await ask('POST', '/_status', { messageId: 'nothing', status });
      expect(unknown.status).toBe(400);
      expect(unknown.body.error).toBe('no message nothing was sent here: GET /_sent lists them');
    },
  );

  it('tells late, and what it held back at once when that ends', async () => {
    await conditions({ delayMilliseconds: 60_000 });
    await send('late');
    await vi.waitFor(
      async () => expect((await ask('GET', '/_conditions')).body.waiting).toBe(usual.length),
      { timeout: 10_000 },
    );
    expect(told()).toEqual([]);
    expect((await ask('DELETE', '/_conditions')).body).toMatchObject(normal);
    await untilTold(usual.length);
    expect(statusesOf(await idOf('late'))).toEqual(usual);
    expect((await ask('GET', '/_conditions')).body).toMatchObject({ ...normal, waiting: 0 });
  });

  it('tells twice', async () => {
    await conditions({ repeat: true, delayMilliseconds: 300 });
    await send('twice');
    await untilTold(2 * usual.length);
    expect(statusesOf(await idOf('twice')).toSorted()).toEqual([...usual, ...usual].toSorted());
    expect(new Set(bodies).size).toBe(bodies.length / 2);
  });

  it.runIf(tells)('tells in the opposite order', async () => {
    await conditions({ reorder: true, delayMilliseconds: 900 });
    await send('the first');
    await send('the second');
    const order = await untilTold(2 * usual.length);
    const [first, second] = [await idOf('the first'), await idOf('the second')];
    expect(statusesOf(first)).toEqual(usual.toReversed());
    expect(statusesOf(second)).toEqual(usual.toReversed());
    expect([order.at(0)?.messageId, order.at(-1)?.messageId]).toEqual([second, first]);
  });

  it.runIf(tells)('tells many at the same time', async () => {
    await conditions({ batch: 100, delayMilliseconds: 900 });
    for (const text of ['one', 'two', 'three']) await send(text);
    await untilTold(3 * usual.length);
    expect(busy.max > 1 || bodies.length === 1).toBe(true);
    expect(bodies.length === 1).toBe(provider.joins);
    for (const text of ['one', 'two', 'three']) {
      expect(statusesOf(await idOf(text)).toSorted()).toEqual(usual.toSorted());
    }
  });

  it('has a customer write to us', async () => {
    const { status, body } = await write({ text: 'good day', name: 'Nora' });
    expect(status).toBe(200);
    expect(body).toEqual({
      providerMessageId: expect.any(String),
      status: provider.writesToWebhook ? 200 : 250,
    });
    const heard = provider.writesToWebhook ? bodies : mails;
    expect(heard).toHaveLength(1);
    expect(heard.join().replaceAll('+', ' ')).toContain('good day');
    expect((await write({ account: 'main', text: 'again' })).status).toBe(200);
  });

  // A customer's mail comes by SMTP, as it comes to SES.
  it.runIf(provider.writesToWebhook)('has customers write as the conditions are', async () => {
    await conditions({ repeat: true });
    expect((await write({ text: 'good day' })).body).toMatchObject({ status: 200 });
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toBe(bodies[1]);
  });

  const faults: readonly (readonly [string, number])[] = [
    ['429', 429],
    ['500', 500],
    provider.fault,
  ];
  it.each(faults)('fails as it is asked to: %s', async (kind, status) => {
    const asked = await ask('POST', '/_fault', { kind, count: 2 });
    expect(asked).toEqual({ status: 200, body: { waiting: [kind, kind] } });
    expect(await send('no')).toBe(status);
    expect(await send('no')).toBe(status);
    expect(await send('yes')).toBeLessThan(300);
    expect((await ask('GET', '/_sent')).body).toMatchObject([{ text: 'yes' }]);
  });

  it('refuses with a code that nobody has heard of', async () => {
    await ask('POST', '/_fault', { kind: 'unknown' });
    const status = await send('no');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  it('lists the faults it can play and those to come, and forgets them', async () => {
    const { kinds } = (await ask('GET', '/_fault')).body;
    expect(kinds).toEqual(['hang', 'reset-after-accept', 'unknown', ...simulator.faults.kinds]);
    expect(kinds).toEqual(expect.arrayContaining(['429', '500', provider.fault[0]]));
    await ask('POST', '/_fault', { kind: '500', count: 3 });
    expect((await ask('GET', '/_fault')).body.waiting).toEqual(['500', '500', '500']);
    expect(await ask('DELETE', '/_fault')).toEqual({ status: 200, body: { waiting: [] } });
    expect(await send('yes')).toBeLessThan(300);
  });

  it('plays each of its faults', async () => {
    for (const kind of simulator.faults.kinds) {
      expect((await ask('POST', '/_fault', { kind })).status).toBe(200);
      expect(await send('no'), kind).toBeGreaterThanOrEqual(400);
    }
    expect((await ask('GET', '/_sent')).body).toEqual([]);
  });

  it('breaks the connection as it is asked to', async () => {
    await ask('POST', '/_fault', { kind: 'hang' });
    await expect(send('hung', AbortSignal.timeout(300))).rejects.toThrow(/abort|timeout/i);
    await ask('POST', '/_fault', { kind: 'reset-after-accept' });
    await expect(send('taken')).rejects.toThrow('fetch failed');
    expect((await ask('GET', '/_sent')).body).toMatchObject([{ text: 'taken' }]);
  });

  it('has a clock of its own', async () => {
    const { status, body } = await ask('POST', '/_clock', { offsetSeconds: 100 });
    expect(status).toBe(200);
    expect(Date.parse(body.now) - Date.now()).toBeGreaterThan(90_000);
    const shown = await ask('GET', '/_clock');
    expect(Date.parse(shown.body.now)).toBeGreaterThanOrEqual(Date.parse(body.now));
    await send('in the future');
    const [{ at }] = (await ask('GET', '/_sent')).body;
    expect(Date.parse(at) - Date.now()).toBeGreaterThan(90_000);
  });

  const notJson = 'the body is not a JSON object: allowed are the fields';
  it.each([
    ['/_status', {}, /^messageId: given nothing, expected string; status: given nothing/],
    [
      '/_status',
      { messageId: 'a', status: 'eaten' },
      /^status: given "eaten", expected ("|one of )/,
    ],
    ['/_status', { message: 'a' }, /unknown field message, allowed are messageId, status/],
    ['/_status', 'status=read', notJson],
    ['/_conditions', { statuses: 'some' }, 'statuses: given "some", expected one of "normal"|"no'],
    ['/_conditions', { delayMilliseconds: -1 }, 'delayMilliseconds: given -1, expected number to'],
    ['/_conditions', { delayMilliseconds: 60_001 }, 'delayMilliseconds: given 60001, expected'],
    ['/_conditions', { repeat: 'yes' }, 'repeat: given "yes", expected boolean'],
    ['/_conditions', { reorder: 1 }, 'reorder: given 1, expected boolean'],
    ['/_conditions', { batch: 0 }, 'batch: given 0, expected number to be >=1'],
    [
      '/_conditions',
      { hail: true },
      'unknown field hail, allowed are statuses, delayMilliseconds,',
    ],
    ['/_conditions', [], notJson],
    ['/_fault', {}, 'kind: given nothing'],
    ['/_fault', { kind: '' }, 'kind: given ""'],
    ['/_fault', { kind: '429', count: 0 }, 'count: given 0, expected number to be >=1'],
    [
      '/_fault',
      { kind: 'no such fault' },
      /^kind: given "no such fault", allowed are hang, reset-after-accept, unknown, [^"]*429/,
    ],
    // A status, a number and an exception, none of which the provider answers with.
    ['/_fault', { kind: 201 }, 'kind: given "201", allowed are hang, '],
    ['/_fault', { kind: '99999999' }, 'kind: given "99999999", allowed are hang, '],
    ['/_fault', { kind: 'NonsenseException' }, 'kind: given "NonsenseException", allowed are hang'],
    ['/_fault', { kind: '__proto__' }, 'kind: given "__proto__", allowed are hang, '],
    ['/_fault', { kind: '429', times: 2 }, 'unknown field times, allowed are kind, count'],
    ['/_inbound', { text: 'x' }, /^from: given nothing/],
    ['/_inbound', { from: provider.wrongCustomer }, /^from: given "[^"]+"; expected an? /],
    ['/_inbound', { from: customer, account: 'other' }, /^account: given "other", expected "main"/],
    ['/_inbound', { from: customer, body: 'x' }, /^unknown field body, allowed are account, from,/],
    ['/_inbound', 'hello', notJson],
    ['/_clock', {}, 'offsetSeconds: given nothing, expected number'],
    ['/_clock', { offsetSeconds: '1' }, 'offsetSeconds: given "1", expected number'],
    ['/_clock', { offsetSeconds: 1e300 }, 'offsetSeconds: given 1e+300, expected number to be <='],
  ])('says what is allowed: POST %s %j', async (path, body, sentence) => {
    const before = await ask('GET', '/_conditions');
    const answer = await ask('POST', path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error: expect.any(String) });
    expect(answer.body.error).toMatch(sentence);
    expect(await ask('GET', '/_conditions')).toEqual(before);
    expect(await send(`after ${path}`)).toBeLessThan(300);
  });

  it.each([
    ['POST', '/_weather'],
    ['GET', '/_status'],
    ['PUT', '/_sent'],
    ['GET', '/_'],
  ])('names the calls there are: %s %s', async (method, path) => {
    const answer = await ask(method, path);
    expect(answer.status).toBe(404);
    expect(answer.body.error).toContain(`no call ${method} ${path}, allowed are GET /_sent, `);
    expect(answer.body.error).toContain('POST /_conditions');
  });
});
