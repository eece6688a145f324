import { describe, expect, it } from 'vitest';
import { declarations } from '#connectors/declarations';
import { classify } from '#connectors/twilio/outbound/classify';
import { replyCheck } from '#connectors/twilio/reply-check';
import { sender } from '#connectors/twilio/sender';
import { replyHash } from '#shared/aws/store/sending/reply-hash';
import type { Declaration } from '#shared/connector/declaration';
import { ReplyCommand } from '#shared/model/reply';
import { type ReplyRules, validateReply } from '#shared/reply/check';
import { targetIn } from '#shared/reply/target';
import { reasonsFor, reply } from '#test/shared/command/reasons-for';

const now = new Date('2026-11-27T10:00:00.000Z');
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
const inTwoHours = inSeconds(7200);
const messagingServiceSid = `MG${'a'.repeat(32)}`;
const address = '+15005550006';
const withService = { address, messagingServiceSid };
const day = 86_400;

type TwilioChannel = 'sms' | 'whatsapp' | 'rcs';

function conversationOn(channel: TwilioChannel) {
  const identity = (of: string) => ({ channel, kind: 'phone' as const, scope: '', address: of });
  return {
    ...{ id: 'cnv_a', channel, visibility: 'private' as const },
    ...{ businessIdentity: identity(address), customerIdentities: [identity('+15035550142')] },
    replyWindow: { closesAt: inSeconds(day), freeForm: true },
  };
}

const text = { type: 'text', text: 'Good morning' };
const commandOf = (more: object) =>
  ReplyCommand.parse({ replyId: 'r', conversationId: 'cnv_a', content: text, ...more });

interface Place {
  readonly channel?: TwilioChannel;
  readonly settings?: object;
  readonly isTaken?: true;
}

/** The refusal of a command, at the door or just before it is sent. */
function refusalOf(more: object, { channel = 'sms', settings = withService, isTaken }: Place = {}) {
  const { channels }: Declaration = declarations.twilio;
  const rules: ReplyRules = {
    capabilities: channels[channel],
    archiveBucket: 'archive',
    check: (reply, target) => replyCheck(reply, target, settings),
  };
  const taken = { ...commandOf(more), ...(isTaken ? { isTaken } : {}) };
  return validateReply(taken, conversationOn(channel), rules, now).refusal;
}

function requestsOf(content: object, sendAt: string, settings: object = withService) {
  const given = { messageId: 'msg_b', replyId: 'r', content: commandOf({ content }).content };
  const target = targetIn(conversationOn('sms'));
  return sender.render({ ...given, sendAt }, target, sender.readAccount(settings));
}

describe('a reply with a time, through Twilio', () => {
  it.each([
    ['the least', 900],
    ['the most', 35 * day],
  ])('is taken with %s', (_, seconds) => {
    expect(refusalOf({ sendAt: inSeconds(seconds) })).toBeUndefined();
  });

  it.each([
    [899, /^sendAt: \S+ is 899 seconds from now; allowed: 900 seconds to 35 days from now$/],
    [35 * day + 1, /^sendAt: \S+ is 3024001 seconds from now; allowed/],
    [-60, /^sendAt: \S+ is 60 seconds ago; allowed/],
  ])('is refused by name where it is in %s seconds', (seconds, title) => {
    const refusal = refusalOf({ sendAt: inSeconds(seconds) });
    expect(refusal).toMatchObject({ code: 'invalid_reply', retryable: false });
    expect(refusal?.title).toMatch(title);
  });

  it('may be handed over until Twilio takes it no more, and fails after that', () => {
    const isTaken = true;
    expect(refusalOf({ sendAt: inSeconds(300) }, { isTaken })).toBeUndefined();
    for (const seconds of [299, 0, -day]) {
      const refusal = refusalOf({ sendAt: inSeconds(seconds) }, { isTaken });
      expect(refusal).toMatchObject({ code: 'not_sent_in_time', retryable: true });
    }
  });

  const oursOf = (url: string) => ({ type: 'media', url, contentType: 'image/png' });
  it.each<[string, object, object]>([
    ['no Messaging Service', {}, { settings: { address } }],
    ['several messages', { content: { ...text, text: 'word '.repeat(400) } }, {}],
    ['a file with an address for an hour', { content: oursOf('s3://archive/uploads/a.png') }, {}],
    ['free text on WhatsApp, whose window may close', {}, { channel: 'whatsapp' }],
    ['a reaction', { content: { type: 'reaction', messageId: 'm', emoji: '👍' } }, {}],
  ])('is refused by name with %s', (_, more, place) => {
    const refusal = refusalOf({ sendAt: inTwoHours, ...more }, place);
    expect(refusal?.code).toMatch(/^(invalid_reply|content_not_supported)$/);
    if (refusal?.code === 'invalid_reply') expect(refusal.title).toMatch(/^sendAt: /);
  });

  const template = { type: 'template', name: `HX${'b'.repeat(32)}`, language: 'en' };
  const buttons = { type: 'buttons', text: 'Which?', buttons: [{ id: 'a', title: 'A' }] };
  it.each<[string, object, Place]>([
    ['a file on the web', { content: oursOf('https://a.example/b.png') }, {}],
    ['buttons as text', { content: buttons, asText: true }, {}],
    ['a text by RCS', {}, { channel: 'rcs' }],
    ['a template by RCS', { content: template }, { channel: 'rcs' }],
    ['a template on WhatsApp', { content: template }, { channel: 'whatsapp' }],
  ])('is taken with %s', (_, more, place) => {
    expect(refusalOf({ sendAt: inTwoHours, ...more }, place)).toBeUndefined();
  });

  it('becomes one request with the time, and none without a Messaging Service', () => {
    const sendAt = '2026-11-27T14:00:00+02:00';
    expect(requestsOf(text, sendAt)).toEqual([
      expect.objectContaining({
        ...{ messagingServiceSid, scheduleType: 'fixed', body: text.text },
        sendAt: new Date('2026-11-27T12:00:00.000Z'),
      }),
    ]);
    expect(() => requestsOf(text, sendAt, { address })).toThrow(
      /^sendAt: only a Messaging Service/,
    );
  });
});

describe('the time of a reply', () => {
  it.each(['tomorrow', '2026-11-27', '2026-11-27T10:00:00', '2026-13-27T10:00:00Z'])(
    'is ISO 8601 with a time zone, and not %s',
    (sendAt) => {
      const reasons = reasonsFor(JSON.stringify({ ...reply, sendAt }));
      expect(reasons).toEqual([
        `sendAt: "${sendAt}"; allowed: ISO 8601 with a time zone, as 2026-12-01T08:00:00+01:00`,
      ]);
    },
  );

  it('makes another reply of it, however the same time is written', () => {
    const [plain, utc, zoned, later] = [
      commandOf({}),
      commandOf({ sendAt: '2026-11-27T12:00:00Z' }),
      commandOf({ sendAt: '2026-11-27T14:00:00+02:00' }),
      commandOf({ sendAt: '2026-11-27T12:00:01Z' }),
    ].map(replyHash);
    expect(zoned).toBe(utc);
    expect(new Set([plain, utc, later]).size).toBe(3);
  });

  it('is declared with its limits wherever it is honoured', () => {
    const channels = Object.values<Declaration>(declarations).flatMap(({ channels }) =>
      Object.values(channels),
    );
    const honouring = channels.filter(({ replyFields }) => replyFields?.sendAt);
    expect(honouring).toHaveLength(3);
    for (const { schedule } of honouring) expect(schedule).toBeDefined();
  });
});

describe("Twilio's answer to a message with a time", () => {
  const sendAt = new Date(inTwoHours);
  const answer = (status: string) => ({
    ...{ kind: 'answer' as const, status: 201, headers: new Headers() },
    text: JSON.stringify({ sid: `SM${'1'.repeat(32)}`, status }),
  });

  it('tells that it is kept until then', () => {
    expect(classify(answer('scheduled'), address, sendAt)).toMatchObject({
      ...{ kind: 'sent', scheduledFor: inTwoHours },
    });
  });

  it('tells nothing of it where Twilio sends at once', () => {
    expect(classify(answer('accepted'), address, sendAt)).not.toHaveProperty('scheduledFor');
    expect(classify(answer('scheduled'), address)).not.toHaveProperty('scheduledFor');
  });

  it.each(['35111', '35114', '35115', '35117'])('of error %s is: not sent in time', (code) => {
    const refused = { ...answer(''), status: 400, text: JSON.stringify({ code: Number(code) }) };
    expect(classify(refused, address, sendAt)).toMatchObject({
      ...{ kind: 'failed', error: { code: 'not_sent_in_time', providerCode: code } },
    });
  });
});
