import { expect } from 'vitest';
import { replyRulesOf } from '#connectors/reply-rules';
import { senders } from '#connectors/senders';
import type { ChannelCapabilities } from '#shared/connector/declaration';
import type { Channel } from '#shared/model/channel';
import type { Identity } from '#shared/model/identity';
import type { ReplyContent } from '#shared/model/reply-content';
import { validateReply } from '#shared/reply/check';
import { isInbound } from '#test/support/connectors/rules';
import { settingOf } from '#test/support/replies/places';
import type { ContractTest, Subject } from './contract-test.ts';
import { messageId, targetOf } from './play.ts';

type Rendering = (content: ReplyContent) => readonly unknown[];

/** Longer is more than any reply may be (shared/model/reply.ts). */
const longestReply = 100_000;

const limitOf = ({ maxTextLength, maxTextParts }: ChannelCapabilities) =>
  Math.min(maxTextLength * maxTextParts, longestReply);
const text = (length: number): ReplyContent => ({ type: 'text', text: 'x'.repeat(length) });

/** Runs a test on every channel, with replies to a customer's message of the fixtures. */
function onChannels(
  name: string,
  run: (render: Rendering, capabilities: ChannelCapabilities, on: [Channel, Subject]) => void,
): ContractTest {
  return {
    name,
    run: async (subject) => {
      const { connector, fixtures, channels, harness } = subject;
      const messages = (await fixtures()).flatMap(({ events }) => events).filter(isInbound);
      for (const [channel, capabilities] of channels) {
        const to = messages.find(
          (each) => each.channel === channel && each.visibility === 'private',
        );
        if (!to) throw new Error(`no fixture of ${connector} is a message on ${channel}`);
        const render: Rendering = (content) =>
          senders[connector].render(
            { messageId, replyId: 'r', content },
            targetOf(to),
            harness.account,
          );
        run(render, capabilities, [channel, subject]);
      }
    },
  };
}

const samplesOf: Readonly<Partial<Record<ReplyContent['type'], ReplyContent>>> = {
  text: { type: 'text', text: 'hello' },
  template: { type: 'template', name: 'hello', language: 'en', components: [] },
  media: { type: 'media', url: 'https://files.example/a.png', contentType: 'image/png' },
  location: { type: 'location', latitude: 1, longitude: 2 },
  buttons: { type: 'buttons', text: 'Which?', buttons: [{ id: 'a', title: 'A' }] },
};

/** Tells why a reply is refused before it is rendered; undefined where it is accepted. */
function refusalOf(content: ReplyContent, [channel, subject]: [Channel, Subject]) {
  const { connector, harness } = subject;
  const [place] = harness.replyPlaces.filter((each) => each.channel === channel);
  const [kind, address] = place?.customers[0] ?? [];
  if (!place || !kind || address === undefined) {
    throw new Error(`the harness of ${connector} has no conversation on ${channel}`);
  }
  const identity = (of: string): Identity => ({ channel, kind, scope: '', address: of });
  const conversation = {
    ...{ id: 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa', connector, account: 'main', channel },
    ...{ visibility: 'private' as const, businessIdentity: identity(place.business) },
    customerIdentities: [identity(address)],
    replyWindow: { closesAt: '2026-11-22T10:00:00.000Z', freeForm: true },
  };
  const rules = replyRulesOf(
    { accounts: [settingOf({ connector })], archiveBucket: 'archive' },
    conversation,
  );
  return validateReply({ content }, conversation, rules, new Date('2026-11-21T10:00:00.000Z'))
    .refusal;
}

/** Each declared limit holds at its value, and above it a reply is refused before the provider is asked. */
export const limits: readonly ContractTest[] = [
  onChannels('sends a text up to the limit of one message as one', (render, capabilities) => {
    const { maxTextLength } = capabilities;
    expect(capabilities.replyContent).toContain('text');
    expect(render(text(1))).toHaveLength(1);
    expect(render(text(Math.min(maxTextLength, longestReply)))).toHaveLength(1);
  }),
  onChannels('cuts a longer text into no more messages than declared', (render, capabilities) => {
    const limit = limitOf(capabilities);
    const words: ReplyContent = { type: 'text', text: 'ab '.repeat(limit / 3).trim() };
    for (const content of [text(limit), words]) {
      expect(render(content).length).toBeGreaterThanOrEqual(1);
      expect(render(content).length).toBeLessThanOrEqual(capabilities.maxTextParts);
    }
  }),
  onChannels(
    'cuts a text that is one character too long for one message in two',
    (render, capabilities) => {
      const { maxTextLength, maxTextParts } = capabilities;
      if (maxTextParts > 1) expect(render(text(maxTextLength + 1))).toHaveLength(2);
    },
  ),
  onChannels('accepts a text at the limit of all its messages', (_, capabilities, on) => {
    expect(refusalOf(text(limitOf(capabilities)), on)).toBeUndefined();
  }),
  onChannels('refuses a text above the limit of all its messages', (_, capabilities, on) => {
    const { maxTextLength, maxTextParts } = capabilities;
    const above = maxTextLength * maxTextParts + 1;
    if (above <= longestReply) expect(refusalOf(text(above), on)).toBeDefined();
  }),
  onChannels('renders the same reply to the same requests, which are plain JSON', (render) => {
    const content = { type: 'text', text: 'Grüße 👋\n\n"quoted" <b>' } as const;
    expect(render(content)).toEqual(render(content));
    expect(JSON.parse(JSON.stringify(render(content)))).toEqual(render(content));
  }),
  onChannels('renders the kinds of content that it declares', (render, { replyContent }) => {
    for (const type of replyContent) {
      const content = samplesOf[type];
      if (content) expect(render(content).length, type).toBeGreaterThanOrEqual(1);
    }
  }),
  onChannels(
    'refuses the kinds of content that it does not declare',
    (render, capabilities, on) => {
      const others = Object.values(samplesOf).filter(
        ({ type }) => !capabilities.replyContent.includes(type),
      );
      for (const content of others) {
        expect(() => render(content), content.type).toThrow();
        expect(refusalOf(content, on), content.type).toBeDefined();
      }
    },
  ),
];
