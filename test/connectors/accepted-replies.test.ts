import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capabilitiesOf } from '#connectors/capabilities';
import { replyRulesOf } from '#connectors/reply-rules';
import { senders } from '#connectors/senders';
import { readCommand } from '#shared/command/read-command';
import type { ReplyContent } from '#shared/model/reply-content';
import { validateReply } from '#shared/reply/check';
import { targetIn } from '#shared/reply/target';
import { harnesses } from '#test/connectors/harnesses';
import { parameters } from '#test/properties/parameters';
import { replyContentOf } from '#test/support/replies/arbitraries';
import {
  conversationAt,
  type ReplyPlace,
  replyPlaces,
  settingOf,
} from '#test/support/replies/places';

const now = new Date('2026-11-21T10:00:00.000Z');
const reactsToProviderMessageId = 'wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQz';
const lastInboundProviderMessageId = '1750000000000000002';

type Conversation =
  ReturnType<typeof conversationAt> extends fc.Arbitrary<infer Value> ? Value : never;

/** As the door reads it, before any channel is asked. */
function isRead(content: ReplyContent): boolean {
  const command = { replyId: 'r', conversationId: 'cnv_a', content };
  return !('refusal' in readCommand(JSON.stringify(command)));
}

function isAccepted(content: ReplyContent, conversation: Conversation): boolean {
  if (!isRead(content)) return false;
  const settings = { accounts: [settingOf(conversation)], archiveBucket: 'archive' };
  const rules = replyRulesOf(settings, conversation);
  const route = { ...conversation, reactsToProviderMessageId, lastInboundProviderMessageId };
  return validateReply({ content }, route, rules, now).refusal === undefined;
}

function rendered(content: ReplyContent, conversation: Conversation): readonly unknown[] {
  const sender = senders[conversation.connector];
  const reply = { messageId: 'msg_aaaaaaaaaaaaaaaaaaaaaaaaaa_2', replyId: 'r', content };
  const target = {
    ...{ ...targetIn(conversation), reactsToProviderMessageId, lastInboundProviderMessageId },
    providerMessageIds: ['first@customer.example', `${'x'.repeat(980)}@customer.example`],
  };
  const account = sender.readAccount(settingOf(conversation).settings);
  return sender.render(reply, target, account);
}

/** Control characters in the words of a request; in a mail's own form its line ends are. */
function oddCharacters(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.match(/[^\t\n\r\P{Cc}]/gu) ?? [];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(oddCharacters)
    : [];
}

const named = replyPlaces.map(
  (place) => [`${place.connector}, ${place.channel}, ${place.visibility}`, place] as const,
);

describe.each(named)('a reply that is accepted: %s', (_, place: ReplyPlace) => {
  const capabilities = capabilitiesOf(place.connector, place.channel);
  const { replyContent: types = [], publicText } = capabilities ?? {};
  const inPublic = place.visibility === 'public' ? publicText?.maxParts : undefined;
  const maxTextParts = inPublic ?? capabilities?.maxTextParts ?? 0;

  // Each type for itself: among all of them a rare one may have no turn.
  it.each(types)(
    'is rendered, and its provider finds nothing wrong with it: %s',
    async (type) => {
      const runs = Math.ceil((place.connector === 'email' ? 60 : 400) / types.length);
      await fc.assert(
        fc.asyncProperty(
          replyContentOf([type]),
          conversationAt(place),
          async (content, conversation) => {
            fc.pre(isAccepted(content, conversation));
            const requests = rendered(content, conversation);
            expect(requests.length).toBeGreaterThanOrEqual(1);
            expect(requests.length).toBeLessThanOrEqual(maxTextParts);
            for (const request of requests) {
              expect(oddCharacters(request)).toEqual([]);
              const refuse = harnesses[place.connector].refusal as (request: unknown) => unknown;
              expect(await refuse(request)).toBeUndefined();
            }
          },
        ),
        { ...parameters(runs), maxSkipsPerRun: 2_000 },
      );
    },
    60_000,
  );

  it('and every other type of content is refused', () => {
    const others = (
      ['text', 'media', 'location', 'contacts', 'reaction', 'buttons', 'list', 'template'] as const
    ).filter((type) => !types.some((each) => each === type));
    if (others.length === 0) return;
    fc.assert(
      fc.property(replyContentOf(others), conversationAt(place), (content, conversation) => {
        expect(isAccepted(content, conversation)).toBe(false);
      }),
      parameters(50),
    );
  });
});

describe('a reply that no check has seen', () => {
  it('is noticed, where its provider would refuse it', async () => {
    const place = replyPlaces.find(({ visibility }) => visibility === 'public');
    if (!place) throw new Error('no public place');
    const [conversation] = fc.sample(conversationAt(place), 1);
    if (!conversation) throw new Error('no conversation');
    const content = { type: 'text', text: 'x'.repeat(281) } as const;
    expect(isAccepted(content, conversation)).toBe(false);
    expect(() => rendered(content, conversation)).toThrow('281');
    const post = { kind: 'post', inReplyToPostId: '1', text: content.text };
    expect(harnesses[place.connector].refusal(post as never)).toContain('shorter');
  });
});
