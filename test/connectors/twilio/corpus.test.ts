import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parse } from '#connectors/twilio/parser';
import { verify } from '#connectors/twilio/webhook/verify';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { context, onlyItem, signedForm, throughQueue } from './signed-request.ts';

const Callback = z.object({ body: z.string(), params: z.array(z.tuple([z.string(), z.string()])) });
const root = new URL('../../../../shared/corpus/sms/', import.meta.url);

function bodiesIn(folder: string): Map<string, z.infer<typeof Callback>> {
  const path = new URL(`${folder}/`, root);
  const names = existsSync(path) ? readdirSync(path) : [];
  console.log(`published Twilio callbacks (${folder}): ${names.length} run`);
  return new Map(
    names.map((name) => [
      name.replace('.json', ''),
      Callback.parse(JSON.parse(readFileSync(new URL(name, path), 'utf8'))),
    ]),
  );
}

/** Some published callbacks are shortened; what every real one carries is added, and nothing is changed. */
const everyone = { AccountSid: `AC${'0'.repeat(32)}`, From: '+15005550006', To: '+15035550142' };

async function throughTheDoor({ body, params }: z.infer<typeof Callback>): Promise<ChannelEvent> {
  const full = new URLSearchParams(body);
  for (const [name, value] of Object.entries(everyone)) {
    if (!params.some((pair) => pair[0] === name)) full.append(name, value);
  }
  const credentials = [{ accountSid: everyone.AccountSid, authToken: 'token-of-the-tests' }];
  const item = onlyItem(verify(signedForm(full.toString()), { ...context, credentials }));
  expect(item.unreadable).toBeUndefined();
  const [event, ...more] = await parse({ payload: throughQueue(item.payload), account: {} });
  if (!event || more.length > 0) throw new Error('expected one event');
  return event;
}

const inbound = bodiesIn('inbound');
const everything = { category: 'all_messages', sender: '+15550000002' };
const told: Readonly<Record<string, object>> = {
  location: { channel: 'whatsapp', content: { type: 'location', latitude: 12.160894393921 } },
  'mms-media-with-body': { text: 'Msg', attachments: [{ kind: 'image', state: 'pending' }] },
  'mms-two-media-no-body': { text: '', attachments: [{ kind: 'image' }, { kind: 'document' }] },
  'null-bytes-in-body': { text: 'remove null bytes' },
  'optout-help': { metadata: { optOut: 'HELP', optOutSource: 'OptOutType' } },
  'optout-start': {
    metadata: { optOut: 'START', optOutSource: 'OptOutType' },
    consent: { ...everything, state: 'granted', source: 'provider', evidence: 'START' },
  },
  'optout-stop': {
    text: 'STOP',
    metadata: { optOut: 'STOP', optOutSource: 'OptOutType' },
    consent: { ...everything, state: 'revoked', source: 'provider', evidence: 'STOP' },
  },
  'stop-without-optouttype': {
    metadata: { optOut: 'STOP', optOutSource: 'keyword' },
    consent: { category: 'all_messages', state: 'revoked', source: 'keyword', evidence: 'STOP' },
  },
  'rcs-suggestion': { channel: 'rcs', content: { id: 'postback_data_1234' } },
  'sms-body-base64': { text: expect.stringMatching(/^QmFubm9u/) },
  'sms-shortcode-messaging-service': { business: { kind: 'short_code', address: '384387' } },
  'sms-text': { channel: 'sms', text: 'Msg', business: { address: '+12028831111' } },
  'whatsapp-bsuid-and-phone': {
    customer: { identities: [{ kind: 'phone' }, { address: 'US.1234' }] },
  },
  'whatsapp-bsuid-only': { customer: { identities: [{ kind: 'bsuid', address: 'US.1234' }] } },
  'whatsapp-bsuid-username': {
    customer: {
      displayName: 'Muhsin',
      username: 'muhsin',
      identities: [
        { kind: 'bsuid', address: 'IN.2081978709342942' },
        { kind: 'parent_bsuid', address: 'IN.ENT.9081726354' },
      ],
    },
  },
  'whatsapp-button-reply': {
    content: { type: 'interactive_reply', id: 'confirm_1', title: 'Confirm' },
    text: 'Confirm\nMsg',
  },
  'whatsapp-ctwa-referral': { referral: { sourceId: '120237244350960485', sourceType: 'ad' } },
  'whatsapp-flow-response': { content: { type: 'interactive_reply', kind: 'form' } },
  'whatsapp-reply-context': { inReplyToProviderMessageId: 'SM00000000000000000000000000000009' },
  'whatsapp-text': { channel: 'whatsapp', customer: { displayName: 'Ann' } },
};

describe(`published messages (${inbound.size} here)`, () => {
  it('each read as documented', async () => {
    for (const [name, callback] of inbound) {
      const expected = { kind: 'message', direction: 'inbound', ...told[name] };
      const event = await throughTheDoor(callback);
      expect(event, name).toMatchObject(expected);
      expect('consent' in event, name).toBe('consent' in expected);
    }
    expect([...inbound.keys()].filter((name) => !told[name])).toEqual([]);
  });
});

/** Payloads of another project, as objects; its placeholders for SIDs are given the form of SIDs. */
const objects = new URL('../whatsapp/twilio/', root);
const names = existsSync(objects) ? readdirSync(objects) : [];
const files: Readonly<Record<string, object>> = {
  audio: { content: { type: 'media' }, attachments: [{ kind: 'audio', state: 'pending' }] },
  document: { attachments: [{ kind: 'document', contentType: 'application/pdf' }] },
  image: { attachments: [{ kind: 'image', contentType: 'image/png' }] },
  text: { content: { type: 'text' }, attachments: [] },
};

describe(`published WhatsApp messages through Twilio (${names.length} here)`, () => {
  it('each read as documented', async () => {
    for (const name of names) {
      const told = JSON.parse(readFileSync(new URL(name, objects), 'utf8')) as object;
      const sid = `SM${'b'.repeat(32)}`;
      const sids = { MessageSid: sid, SmsSid: sid, SmsMessageSid: sid };
      const fields = { ...told, ...sids, AccountSid: everyone.AccountSid };
      const params = Object.entries(fields).map(([key, value]): [string, string] => [
        key,
        String(value),
      ]);
      const body = new URLSearchParams(params).toString();
      const expected = files[/^whatsapp-(\w+)\./.exec(name)?.[1] ?? ''];
      expect(expected, name).toBeDefined();
      expect(await throughTheDoor({ body, params }), name).toMatchObject({
        ...{ kind: 'message', channel: 'whatsapp', text: 'Dobroye utro', ...expected },
        customer: { displayName: 'Chris Smit', identities: [{ kind: 'phone' }, { kind: 'bsuid' }] },
      });
    }
  });
});

const statuses = bodiesIn('status');
const ends: Readonly<Record<string, object>> = {
  accepted: { kind: 'ignored' },
  queued: { kind: 'ignored' },
  scheduled: { kind: 'ignored' },
  sending: { kind: 'ignored' },
  'unknown-status': { kind: 'ignored', reason: 'unknown status huh' },
  sent: { status: 'sent' },
  'messaging-service-sent': { status: 'sent' },
  delivered: { status: 'delivered' },
  'whatsapp-read': { status: 'read' },
  canceled: { status: 'failed', errors: [{ code: 'canceled' }] },
  failed: { status: 'failed', errors: [{ code: 'channel_misconfigured', providerCode: '30007' }] },
  'failed-optout': {
    status: 'failed',
    errors: [{ code: 'recipient_opted_out' }],
    consent: {
      ...{ ...everything, state: 'revoked', source: 'delivery_error' },
      evidence: 'Twilio error 21610',
    },
  },
  undelivered: { status: 'failed', errors: [{ providerCode: '30003', retryable: true }] },
  'whatsapp-outside-window': { status: 'failed', errors: [{ code: 'reply_window_closed' }] },
  'whatsapp-rate-limited': {
    status: 'failed',
    errors: [{ providerCode: '63018', retryable: true }],
  },
};

describe(`published statuses (${statuses.size} here)`, () => {
  it('each read as documented', async () => {
    for (const [name, callback] of statuses) {
      expect(await throughTheDoor(callback), name).toMatchObject(ends[name] ?? {});
    }
    expect([...statuses.keys()].filter((name) => !ends[name])).toEqual([]);
  });
});
