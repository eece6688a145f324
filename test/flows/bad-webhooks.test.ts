import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archivedUnder, everythingWritten, queueDepths, untilIdle } from '#test/support/aws/stored';
import {
  type CallingConnector,
  callingConnectors,
  signsBodies,
} from '#test/support/connectors/lists';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import {
  post,
  type SignedRequest,
  twilioWebhook,
  twitterWebhook,
  whatsappWebhook,
} from '#test/support/webhooks/signed-webhooks';
import { callingProvider, textWebhook } from '#test/support/webhooks/text-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

const signatureHeader = (connector: CallingConnector) => callingProvider(connector).signer.header;
type Connector = CallingConnector;

const good = (connector: Connector, text = 'hello') =>
  textWebhook(connector, stack.description, '7', text);

/** Asks, and proves that nothing anywhere has changed by it. */
async function withoutTrace<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const before = await everythingWritten(stack);
  const answer = await ask();
  await untilIdle(stack);
  expect(await everythingWritten(stack)).toEqual(before);
  return answer;
}

describe.each(callingConnectors)('a webhook of %s that cannot be verified', (connector) => {
  const header = signatureHeader(connector);
  const changed = (changes: Partial<SignedRequest>) => ({ ...good(connector), ...changes });
  const unsigned = () => {
    const { [header]: _, ...headers } = good(connector).headers;
    return changed({ headers });
  };
  const forgeries: Readonly<Record<string, () => SignedRequest>> = {
    'without a signature': unsigned,
    'with an empty signature': () =>
      changed({ headers: { ...good(connector).headers, [header]: '' } }),
    'with nonsense for a signature': () =>
      changed({ headers: { ...good(connector).headers, [header]: 'sha256=zz' } }),
  };
  const otherBodies: Readonly<Record<string, () => SignedRequest>> = {
    'with the signature of another body': () => changed({ body: good(connector, 'other').body }),
    'with no body at all': () => changed({ body: '' }),
  };

  it('is answered 401 or 403 with always the same body, and nothing is written', async () => {
    const all = { ...forgeries, ...(signsBodies(connector) ? otherBodies : {}) };
    const forged = Object.values(all).map((forge) => forge());
    const responses = await withoutTrace(() => Promise.all(forged.map(post)));
    const bodies = await Promise.all(responses.map((response) => response.text()));
    for (const { status } of responses) expect([401, 403]).toContain(status);
    expect(new Set(bodies)).toEqual(new Set(['{"error":"not_verified"}']));
  });
});

describe('a handshake', () => {
  const get = (connector: string, query: string) =>
    fetch(`${stack.description.url}/webhooks/${connector}/main?${query}`);
  const conversation = (token: string) =>
    `hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${token}`;

  it('of Meta is answered for the right token only, and nothing is written', async () => {
    const account = stack.description.accounts.find(({ connector }) => connector === 'whatsapp');
    const token = account?.secrets?.['verifyToken'] ?? '';
    const right = await withoutTrace(() => get('whatsapp', conversation(token)));
    expect([right.status, await right.text()]).toEqual([200, '1158201444']);
    for (const wrong of ['', 'guess', `${token}x`]) {
      const refused = await withoutTrace(() => get('whatsapp', conversation(wrong)));
      expect([refused.status, await refused.json()]).toEqual([403, { error: 'not_verified' }]);
    }
  });

  it('of X signs no text that could be an event', async () => {
    const right = await withoutTrace(() => get('twitter', 'crc_token=abcdefghijklmnop'));
    expect(right.status).toBe(200);
    expect(await right.json()).toEqual({ response_token: expect.stringMatching(/^sha256=/) });
    const forged = encodeURIComponent('{"for_user_id":"1","tweet_create_events":[]}');
    expect((await withoutTrace(() => get('twitter', `crc_token=${forged}`))).status).toBe(403);
  });
});

describe('a webhook to nobody', () => {
  it.each([
    '/webhooks/whatsapp/other',
    '/webhooks/twilio/other',
    '/webhooks/twitter/other',
    '/webhooks/email/main',
    '/webhooks/pigeon/main',
    '/webhooks/whatsapp',
    '/webhooks/whatsapp/..%2fmain',
  ])('at %s is answered 404, and nothing is written', async (path) => {
    const request = { ...good('whatsapp'), url: `${stack.description.url}${path}` };
    expect((await withoutTrace(() => post(request))).status).toBe(404);
  });
});

describe('a webhook that is too large or of a strange type', () => {
  it.each<[Connector, number]>([
    ['whatsapp', 3_500_001],
    ['twilio', 262_145],
    ['twitter', 1_000_001],
  ])('of %s is answered 413 above its limit, and nothing is written', async (connector, bytes) => {
    const request = { ...good(connector), body: 'x'.repeat(bytes) };
    expect((await withoutTrace(() => post(request))).status).toBe(413);
  });

  it('is answered 413 above what the gateway takes', async () => {
    const request = { ...good('whatsapp'), body: 'x'.repeat(10 * 1024 * 1024 + 1) };
    expect((await withoutTrace(() => post(request))).status).toBe(413);
  });

  it('is answered 415 for a media type the provider does not use', async () => {
    const request = good('whatsapp');
    const headers = { ...request.headers, 'content-type': 'text/xml' };
    expect((await withoutTrace(() => post({ ...request, headers }))).status).toBe(415);
  });
});

describe('an authentic webhook that cannot be read', () => {
  const unreadable: readonly (readonly [Connector, string, () => SignedRequest])[] = [
    ['whatsapp', 'not JSON', () => whatsappWebhook(stack.description, 'not { JSON')],
    [
      'whatsapp',
      'entry is not a list',
      () => whatsappWebhook(stack.description, { object: 'whatsapp_business_account', entry: 5 }),
    ],
    ['twitter', 'no JSON object', () => twitterWebhook(stack.description, '[1, {')],
    ['twilio', 'MessageSid', () => twilioWebhook(stack.description, { AccountSid: 'AC1' })],
  ];

  it.each(unreadable)(
    'of %s is acknowledged and kept with its reason: %s',
    async (connector, reason, webhook) => {
      const before = await archivedUnder(stack, 'quarantine/');
      const request = webhook();
      expect((await post(request)).status).toBe(200);
      await expect
        .poll(async () => (await archivedUnder(stack, 'quarantine/')).length, { timeout: 10_000 })
        .toBe(before.length + 1);
      const kept = await archivedUnder(stack, 'quarantine/');
      const object = kept.find(({ key }) => !before.some((each) => each.key === key));
      const quarantined = JSON.parse(object?.text ?? '{}');
      expect(object?.key).toContain(`/${connector}/main/`);
      expect(quarantined).toMatchObject({ connector, account: 'main' });
      expect(quarantined.reason).toContain(reason);
      expect(contains(quarantined.item, request.body)).toBe(true);

      // Repeats of it are the same object.
      expect((await post(request)).status).toBe(200);
      await untilIdle(stack);
      expect(await archivedUnder(stack, 'quarantine/')).toHaveLength(before.length + 1);
    },
  );

  it('in part leaves its neighbours alone: they arrive, it is quarantined', async () => {
    const before = (await archivedUnder(stack, 'quarantine/')).length;
    const text = (index: number) =>
      whatsappText('16505557777', `wamid.near${index}`, `near ${index}`);
    const change = (messages: readonly unknown[]) =>
      whatsappChange(stack.description, { messages });
    const body = whatsappBody(
      [change([text(1), 'not a message', text(2)]), 'not a change'],
      [change([text(3), { id: 'wamid.nobody', type: 'text', text: { body: 'of nobody' } }])],
    );
    expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
    const near = ({ data }: { data: { message?: { text?: string } } }) =>
      data.message?.text?.startsWith('near') ?? false;
    const events = await stack.helpdesk.waitFor(near, { count: 3 });
    expect(events.map(({ data }) => data.message?.text)).toEqual(['near 1', 'near 2', 'near 3']);
    await untilIdle(stack);
    const reasons = (await archivedUnder(stack, 'quarantine/')).map(
      ({ text }) => JSON.parse(text).reason,
    );
    expect(reasons.length).toBe(before + 3);
    expect(reasons).toContain('a message is no object');
    expect(reasons).toContain('a change is no object');
  });

  it('because nothing could carry it leaves its neighbours alone: they arrive, it is quarantined', {
    timeout: 120_000,
  }, async () => {
    const kept = async () =>
      (await archivedUnder(stack, 'quarantine/')).map(({ text }) => JSON.parse(text).reason);
    const before = await kept();
    const of = (bytes: number) => ({
      ...whatsappText('16505558888', `wamid.large${bytes}`, ''),
      type: 'hologram',
      hologram: 'é'.repeat(bytes / 2),
    });
    // Too long for an event, though the table would take it; too long for the table; too long for a queue.
    const messages = [of(370_000), of(600_000), of(2_400_000)];
    const neighbour = whatsappText('16505558888', 'wamid.behind', 'behind the large ones');
    const change = whatsappChange(stack.description, { messages: [...messages, neighbour] });
    const request = whatsappWebhook(stack.description, whatsappBody([change]));
    expect((await post(request)).status).toBe(200);
    await stack.helpdesk.waitFor(({ data }) => data.message?.text === 'behind the large ones', {
      seconds: 90,
    });
    await untilIdle(stack);
    expect((await kept()).length).toBe(before.length + 3);
  });

  it('never ends among the dead letters', async () => {
    const depths = Object.entries(await queueDepths(stack));
    expect(depths.filter(([name, depth]) => name.endsWith('dead letters') && depth > 0)).toEqual(
      [],
    );
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});

describe('the proof that nothing is written', () => {
  it('is red where something is', async () => {
    await expect(withoutTrace(() => post(good('whatsapp')))).rejects.toThrow('deeply equal');
  });
});

/** Whether a quarantined item still holds the body that came: as it was, in base64, or as what it said. */
function contains(item: unknown, body: string): boolean {
  const kept = JSON.stringify(item);
  const inBase64 = Buffer.from(body).toString('base64');
  const asForm = JSON.stringify([...new URLSearchParams(body)]);
  return [JSON.stringify(body).slice(1, -1), inBase64, body, asForm].some((each) =>
    kept.includes(each),
  );
}
