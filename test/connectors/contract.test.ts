import { beforeAll, describe, expect, it } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { parsers } from '#connectors/parsers';
import { senders } from '#connectors/senders';
import { topics } from '#connectors/topics';
import { webhooks } from '#connectors/webhooks';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { ChannelCapabilities, Declaration } from '#shared/connector/declaration';
import type { OutboundReply, ReplyTarget } from '#shared/connector/sender';
import type { Channel } from '#shared/model/channel';
import type { ReplyContent } from '#shared/model/reply-content';
import { benches, fixtureCases, fixturesFolder, hasCorpus } from '#test/support/connector-cases';
import { type ContractCase, isInbound, type Judged, judge } from '#test/support/connector-rules';
import { admittedForgeries, type Door, selfSignedBodies } from '#test/support/door-rules';

const connectors = Object.keys(declarations) as ConnectorId[];
const leastFixtures = 12;
/** X has no receipts: the echo of a post of ours is its delivery, and keeps its place among the messages. */
const echoes = new Set(['own-reply-to-unnamed.json: a status is not marked as one']);

describe.each(connectors)('the connector %s', (connector) => {
  const declaration: Declaration = declarations[connector];
  const channels = Object.entries(declaration.channels) as [Channel, ChannelCapabilities][];
  const bench = benches[connector];
  const judgeAll = async (cases: readonly ContractCase[]): Promise<Judged[]> => {
    const judged = [];
    for (const each of cases) {
      const names = channels.map(([channel]) => channel);
      judged.push(await judge(each, parsers[connector], bench.account, names));
    }
    return judged;
  };
  let fixtures: Judged[];
  beforeAll(async () => {
    fixtures = await judgeAll(fixtureCases(bench, fixturesFolder(connector)));
  });

  it('keeps the contract over its own fixtures, and reads each of them', () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(leastFixtures);
    const breaches = fixtures.flatMap((fixture) => fixture.breaches);
    expect(breaches.filter((each) => !echoes.has(each))).toEqual([]);
    expect(fixtures.reduce((sum, { unreadable }) => sum + unreadable, 0)).toBe(0);
  });

  it('keeps the contract over what others have recorded', async () => {
    const recorded = await judgeAll(bench.corpus());
    const counts = `${fixtures.length} fixtures, ${recorded.length} corpus cases`;
    console.log(`contract: ${connector} ${counts}`);
    expect(recorded.flatMap(({ breaches }) => breaches)).toEqual([]);
    expect(recorded.length > 0).toBe(hasCorpus);
    const events = recorded.reduce((sum, each) => sum + each.events.length, 0);
    expect(events > 0).toBe(hasCorpus);
  });

  it('has an account and a title, and each half that its declaration promises', () => {
    expect(declaration.title).not.toBe('');
    expect(declaration.apiUrl).toMatch(/^https:\/\/[^/]+$/);
    expect(senders[connector].readAccount(bench.account)).toMatchObject(bench.account as object);
    expect(Object.hasOwn(webhooks, connector)).toBe(declaration.receives === 'webhook');
    expect(Object.hasOwn(topics, connector)).toBe(declaration.receives !== 'webhook');
    expect(declaration.topicPublisher !== undefined).toBe(declaration.receives === 'topic');
    const looksUp = senders[connector].reconcile !== undefined;
    expect(declaration.looksUpAttempts ?? false).toBe(looksUp);
    const readNothing = () => senders[connector].readCredentials({});
    if (declaration.credentials) expect(readNothing).toThrow();
    else expect(readNothing()).toEqual({});
    expect(() => senders[connector].readAccount({})).toThrow();
  });

  /** A customer's message of this channel, from the fixtures: where replies to it go. */
  function inboundOn(channel: Channel): ChannelMessage {
    const messages = fixtures.flatMap(({ events }) => events).filter(isInbound);
    const found = messages.find(
      (each) => each.channel === channel && each.visibility === 'private',
    );
    if (!found) throw new Error(`no fixture of ${connector} is a message on ${channel}`);
    return found;
  }

  function targetOn(channel: Channel): ReplyTarget {
    const { business, customer, providerMessageId, visibility } = inboundOn(channel);
    return {
      channel,
      visibility,
      conversationId: 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa',
      businessIdentity: business,
      customerIdentities: customer.identities,
      lastInboundProviderMessageId: providerMessageId,
      providerMessageIds: [providerMessageId],
    };
  }

  const rendered = (channel: Channel, content: ReplyContent): readonly unknown[] => {
    const messageId = 'msg_aaaaaaaaaaaaaaaaaaaaaaaaaa_2';
    const reply: OutboundReply = { messageId, replyId: 'r', content };
    return senders[connector].render(reply, targetOn(channel), bench.account);
  };

  describe.each(channels)('on %s', (channel, capabilities) => {
    const { maxTextLength, maxTextParts, replyContent } = capabilities;
    const limit = Math.min(maxTextLength * maxTextParts, 100_000);

    it('carries a text up to its declared limit in no more messages than declared', () => {
      expect(replyContent).toContain('text');
      const texts = [
        'x',
        'x'.repeat(Math.min(maxTextLength, limit)),
        'x'.repeat(limit),
        'ab '.repeat(limit / 3).trim(),
      ];
      for (const text of texts) {
        const requests = rendered(channel, { type: 'text', text });
        expect(requests.length).toBeGreaterThanOrEqual(1);
        expect(requests.length).toBeLessThanOrEqual(maxTextParts);
      }
      expect(
        rendered(channel, { type: 'text', text: 'x'.repeat(Math.min(maxTextLength, limit)) }),
      ).toHaveLength(1);
    });

    it('renders the same reply to the same requests, which are plain JSON', () => {
      const content = { type: 'text', text: 'Grüße 👋\n\n"quoted" <b>' } as const;
      const requests = rendered(channel, content);
      expect(rendered(channel, content)).toEqual(requests);
      expect(JSON.parse(JSON.stringify(requests))).toEqual(requests);
    });

    it('renders a template where it declares one, and nothing that it does not declare', () => {
      const contents: readonly ReplyContent[] = [
        { type: 'template', name: 'hello', language: 'en', components: [] },
        { type: 'media', url: 'https://files.example/a.png', contentType: 'image/png' },
      ];
      for (const content of contents) {
        if (replyContent.includes(content.type)) {
          expect(rendered(channel, content).length).toBeGreaterThanOrEqual(1);
        } else {
          expect(() => rendered(channel, content)).toThrow();
        }
      }
    });
  });

  it('has a door in this suite if its provider calls us', () => {
    expect(bench.door !== undefined).toBe(declaration.receives === 'webhook');
  });

  if (!bench.door) return;

  describe('at its door', () => {
    const doorOf = (secret = 'a secret of the tests') => {
      const door = bench.door?.(secret);
      const webhook = webhooks[connector];
      if (!door || !webhook) throw new Error(`${connector} has no door`);
      return { door, verify: webhook.verify };
    };
    const ask = (change: (door: Door) => Partial<Door>, secret?: string) => {
      const { door, verify } = doorOf(secret);
      const { request, context } = { ...door, ...change(door) };
      return verify(request, context).kind;
    };

    it('takes what is signed, and refuses everything else', () => {
      expect(ask(() => ({}))).toBe('items');
      const unsigned = ({ request }: Door) => ({
        request: { ...request, headers: { 'content-type': request.headers['content-type'] ?? '' } },
      });
      const otherSecret = () => ({
        context: bench.door?.('another secret').context as Door['context'],
      });
      const otherBody = ({ request }: Door) => ({
        request: { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) },
      });
      const noSecrets = ({ context }: Door) => ({ context: { ...context, credentials: [] } });
      for (const change of [unsigned, otherSecret, otherBody, noSecrets]) {
        expect(ask(change), change.name).toBe('refused');
      }
    });

    it('refuses every forgery in the catalogue', () => {
      const { door, verify } = doorOf();
      expect(admittedForgeries(verify, door)).toEqual([]);
    });

    it('gives no stranger a signature that it would take for the provider’s', () => {
      const { door, verify } = doorOf();
      expect(selfSignedBodies(verify, door)).toEqual([]);
    });

    it('refuses a signature made with an empty secret, though it has the same', () => {
      expect(ask(() => ({}), '')).toBe('refused');
    });

    it('knows which bodies it takes', () => {
      const { maxBodyBytes = 0, contentTypes = [] } = webhooks[connector] ?? {};
      expect(maxBodyBytes).toBeGreaterThan(1000);
      // API Gateway takes 10 MB; a Lambda event 6 MB, in which a form travels as base64.
      expect(maxBodyBytes).toBeLessThanOrEqual(4_500_000);
      expect(contentTypes.length).toBeGreaterThan(0);
    });
  });
});
