import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConnectorId } from '#connectors/declarations';
import { harnesses } from '#test/connectors/harnesses';
import { deliveryState } from '#test/support/aws/stored';
import { eventsOfSuccess, localConnectors, tellsStatuses } from '#test/support/connectors/lists';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { makeFault, sentWith, writeAs } from '#test/support/stack/providers';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange } from '#test/support/webhooks/webhook-bodies';

type Connector = ConnectorId;
const refusals = localConnectors.flatMap((connector) =>
  harnesses[connector].provider.refusals.map(
    ([fault, code, providerCode = fault]) => [connector, fault, code, providerCode] as const,
  ),
);

/** How often the sweep runs, instead of each minute. */
const timerSeconds = 5;

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack(undefined, 'local', undefined, timerSeconds);
  // First of all, because it takes longest: WhatsApp never answers one call and says 500 to another.
  const conversations = [
    await conversationWith('whatsapp', '16505550001'),
    await conversationWith('whatsapp', '16505550002'),
    await conversationWith('whatsapp', '16505550003'),
  ];
  for (const [index, replyId] of ['hang', '500', 'overtaken'].entries()) {
    const conversationId = conversations[index] ?? '';
    await makeFault(stack.description, 'whatsapp', replyId === '500' ? replyId : 'hang');
    await replyByQueue(stack, textReply(conversationId, replyId, textOf(replyId)));
    await vi.waitFor(async () => {
      expect(await deliveryState(stack, conversationId, 2)).not.toBe('accepted');
    }, 10_000);
    // Claimed is not yet called; the next fault must not be this call's.
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
});
afterAll(() => stack.stop());

const textOf = (replyId: string) => `the reply ${replyId}`;
const kindOf = ({ type }: HeardEvent) => type.split('.').at(-2) ?? '';
const eventsAbout = (replyId: string) =>
  stack.helpdesk.heard
    .map(({ event }) => event)
    .filter(({ data }) => (data.replyId ?? data.message?.replyId) === replyId);

async function conversationWith(connector: Connector, from: string): Promise<string> {
  const text = `hello by ${from}`;
  await writeAs(stack.description, connector, { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

/** A reply to the connector's customer that meets this fault; resolves when an event of this kind tells its end. */
async function replyAgainst(
  fault: string,
  connector: Connector,
  end: string | undefined,
  seconds = 40,
): Promise<string> {
  const replyId = `${connector}-${fault}`;
  const conversationId = await conversationWith(connector, harnesses[connector].customerOf(1));
  await makeFault(stack.description, connector, fault);
  await replyByQueue(stack, textReply(conversationId, replyId, textOf(replyId)));
  await stack.helpdesk.waitFor((event) => event.data.replyId === replyId && kindOf(event) === end, {
    seconds,
  });
  return replyId;
}

/** What became of each reply, to be looked at again when everything has had its time. */
const fates = new Map<
  string,
  { readonly connector: Connector; readonly kinds: string[]; readonly sends: number }
>();

async function expectFate(
  connector: Connector,
  replyId: string,
  fate: { readonly kinds: string[]; readonly sends: number },
): Promise<void> {
  fates.set(replyId, { connector, ...fate });
  const sends = await sentWith(stack.description, connector, textOf(replyId));
  expect({ kinds: eventsAbout(replyId).map(kindOf), sends: sends.length }).toEqual(fate);
}

/** WhatsApp is busy with the two replies it is to leave uncertain. */
const others = localConnectors.filter((connector) => connector !== 'whatsapp');
const delivered = ['accepted', 'sent', 'delivered'];

/** WhatsApp says that our reply was delivered, by the words it was given to repeat; it never said `sent`. */
async function tellDelivered(replyId: string): Promise<void> {
  const [accepted] = eventsAbout(replyId);
  const status = {
    id: `wamid.late-${replyId}`,
    status: 'delivered',
    timestamp: String(Math.floor(Date.now() / 1000)),
    recipient_id: '16505550001',
    biz_opaque_callback_data: `${accepted?.data.message?.id}.0.1`,
  };
  const body = whatsappBody([whatsappChange(stack.description, { statuses: [status] })]);
  expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
  await stack.helpdesk.waitFor(
    (event) => event.data.replyId === replyId && kindOf(event) === 'delivered',
  );
}

describe('a status that comes while the call is still open', () => {
  it('settles the reply, and the end of the call changes nothing any more', async () => {
    await tellDelivered('overtaken');
    await expectFate('whatsapp', 'overtaken', { kinds: delivered, sends: 0 });
  });
});

describe('429', () => {
  it.each(others)('by %s is waited for, and the reply goes out once', async (connector) => {
    const kinds = [...eventsOfSuccess(connector)];
    const replyId = await replyAgainst('429', connector, kinds.at(-1));
    await expectFate(connector, replyId, { kinds, sends: 1 });
  });
});

describe('a connection that breaks after the provider has taken the message', () => {
  it.each(others.filter(tellsStatuses))(
    'of %s: what the provider tells later settles it, and it goes out once',
    async (connector) => {
      const replyId = await replyAgainst('reset-after-accept', connector, 'delivered');
      await expectFate(connector, replyId, { kinds: delivered, sends: 1 });
    },
  );

  it.each(others.filter((connector) => !tellsStatuses(connector)))(
    'of %s, which tells nothing later: the reply is uncertain, and it went out once',
    async (connector) => {
      // 30 s for evidence (stage `local`), and the next sweep.
      const replyId = await replyAgainst('reset-after-accept', connector, 'uncertain', 90);
      await expectFate(connector, replyId, { kinds: ['accepted', 'uncertain'], sends: 1 });
    },
    120_000,
  );
});

describe("a provider's own refusal", () => {
  it.each(refusals)('by %s with %s fails the reply with %s', async (...refusal) => {
    const [connector, fault, code, providerCode] = refusal;
    const replyId = await replyAgainst(fault, connector, 'failed');
    await expectFate(connector, replyId, { kinds: ['accepted', 'failed'], sends: 0 });
    const events = eventsAbout(replyId);
    expect(events[1]).toMatchObject({ revision: '1', data: { errors: [{ code }] } });
    expect(events[1]?.data.errors?.[0]?.providerCode).toBe(providerCode);
  });

  it('of our credentials is told to the people who run the account, and the reply waits', async () => {
    const conversationId = await conversationWith('whatsapp', '16505550004');
    await makeFault(stack.description, 'whatsapp', '190');
    await replyByQueue(stack, textReply(conversationId, 'paused', textOf('paused')));
    const [alert] = await stack.helpdesk.waitFor(({ type }) => type.includes('channel.alert'));
    expect(alert).toMatchObject({ data: { code: 'credentials_rejected' } });
    await stack.helpdesk.waitFor(
      (event) => event.data.message?.replyId === 'paused' && kindOf(event) === 'delayed',
    );
    expect(eventsAbout('paused').map(kindOf)).toEqual(['accepted', 'delayed']);
  });
});

describe.each(['hang', '500'])(
  'WhatsApp, by whom nobody can look anything up, and %s',
  (replyId) => {
    it('leaves the reply uncertain after its deadline, and it is never sent again', async () => {
      const uncertain = ({ type, data }: HeardEvent) =>
        data.replyId === replyId && type === 'switchboard.message.uncertain.v1';
      // 15 s of the call, 30 s for evidence (stage `local`), and the next sweep.
      const [event] = await stack.helpdesk.waitFor(uncertain, { seconds: 130 });
      expect(event).toMatchObject({ data: { errors: [{ code: 'outcome_unknown' }] } });
      await expectFate('whatsapp', replyId, { kinds: ['accepted', 'uncertain'], sends: 0 });
    }, 150_000);

    it('takes late evidence all the same', async () => {
      await tellDelivered(replyId);
      const kinds = ['accepted', 'uncertain', 'sent', 'delivered'];
      await expectFate('whatsapp', replyId, { kinds, sends: 0 });
    });
  },
);

describe('in the end', () => {
  it('nothing more has come of any of them', async () => {
    // Three of WhatsApp, two of each other connector, and the refusals.
    expect(fates.size).toBe(3 + 2 * others.length + refusals.length);
    for (const [replyId, { connector, ...fate }] of fates)
      await expectFate(connector, replyId, fate);
  });

  it('the normalized queue has kept every promise of the contract', () => {
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
