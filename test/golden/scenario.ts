import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append/append';
import { recordConsent } from '#shared/aws/store/contacts/record-consent';
import { appendAlert } from '#shared/aws/store/publishing/alert';
import { markDirty } from '#shared/aws/store/publishing/dirty';
import { appendReply } from '#shared/aws/store/sending/accept';
import { recordDelay } from '#shared/aws/store/sending/delay';
import { leasePart } from '#shared/aws/store/sending/lease';
import {
  recordFailed,
  recordNotSent,
  recordUncertain,
} from '#shared/aws/store/sending/record-outcome';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { recordRefusal } from '#shared/aws/store/sending/refuse';
import { readState } from '#shared/aws/store/state';
import { readConversation, readEntry } from '#shared/aws/store/table';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import type {
  ChannelAttachment,
  ChannelMessage,
  ChannelUpdate,
} from '#shared/connector/channel-event';
import { ReplyCommand } from '#shared/model/reply';
import { rawItem, placeOf as rawPlaceOf } from '#shared/raw/item';
import type { ReplyValidation } from '#shared/reply/check';
import { bsuid, changed, phone } from '#test/store/contacts/identities';
import { origin, textMessage } from '#test/store/messages';

const at = origin.receivedAt;
const after = (seconds: number) => new Date(Date.parse(at) + seconds * 1000).toISOString();
const rawOf = (text: string) =>
  rawPlaceOf(rawItem({ ...origin, deduplicationId: text, payload: { text } }));

/**
 * Writes at least one item of every kind, with every attribute, through the code that writes it: what happens to some
 * customers within a few minutes. The last changes are not published, so that states hold every kind of change.
 */
export async function playEverything(target: PublishTarget): Promise<void> {
  await playMessages(target);
  await playReplies(target);
  await playAccount(target);
}

async function append(target: PublishTarget, message: ChannelMessage, text = 'small') {
  const html = { html: 's3://archive/html/1.html', sanitizedHtml: 's3://archive/html/1.s.html' };
  const from = { ...origin, raw: rawOf(text), ...html };
  const { conversation, entry } = await appendMessage(target.table, from, message);
  await publish(target, conversation, entry);
  await recordConsent(target.table, conversation, entry);
  return { conversation, entry };
}

const ada = { identities: [phone('4917100001'), bsuid('DE.101')] as const, displayName: 'Ada' };

const invitation: ChannelAttachment = {
  ...({ kind: 'document', state: 'pending', contentType: 'text/calendar' } as const),
  inline: true,
  calendar: {
    ...{ method: 'REQUEST', uid: '1', summary: 'A visit', location: 'Room 1', repeats: true },
    ...{ startsAt: '2026-11-21T10:00:00+01:00', endsAt: '2026-11-21T11:00:00+01:00' },
    timeZone: 'Europe/Berlin',
    organizer: { address: 'ada@customer.example', displayName: 'Ada' },
    attendees: [{ address: 'help@acme.example', displayName: 'Help', response: 'needs-action' }],
  },
};

/** A message with everything that a message can have. */
const fullMessage: Partial<ChannelMessage> = {
  customer: { ...ada, username: 'ada' },
  participants: [{ identity: phone('4917100009'), displayName: 'Eve' }],
  cc: [phone('4917100009')],
  attachments: [
    { kind: 'image', state: 'pending', contentType: 'image/jpeg' },
    { kind: 'document', state: 'pending', contentType: 'application/pdf', fileName: 'a.pdf' },
    invitation,
  ],
  remoteImages: [{ url: 'https://images.example/1.gif', tracker: true }],
  thread: { key: 'thread-1', subject: 'An order', follows: [] },
  text: 'said with other words',
  inReplyToProviderMessageId: 'earlier',
  quotedText: 'earlier words',
  subject: 'An order',
  authenticity: { level: 'unverified', reasons: ['no_from'] } as never,
  automated: false,
  forwarded: true,
  referral: { sourceType: 'ad', sourceId: '1', headline: 'Buy' },
  language: 'de',
  metadata: { priority: 'high' } as never,
  providerAliases: ['full-alias'],
  handledBy: 'meta_ai',
  consent: {
    ...{ category: 'marketing_messages', state: 'revoked', evidence: 'user_preferences' },
    ...{ source: 'provider', sender: 'MG1' },
  },
  errors: [{ code: 'content_not_supported', title: 'half of it is unknown', retryable: false }],
};

async function playMessages(target: PublishTarget): Promise<void> {
  const change = (update: ChannelUpdate) => applyChannelUpdate(target.table, origin, update);
  const named = (name: string) => ({ id: `${name}-id`, target: { providerMessageId: 'full' } });
  const content = { type: 'text' as const, text: 'other words' };
  await change({ kind: 'deletion', ...named('early'), target: at0('parked'), by: ada });
  const early = { ...named('early-edit'), target: at0('parked'), by: ada };
  await change({ kind: 'edit', ...early, content, text: content.text });
  await change({ kind: 'status', ...named('early'), target: at0('parked'), status: 'delivered' });
  const { conversation, entry } = await append(target, textMessage('full', 'words', fullMessage));
  await append(target, textMessage('large', 'words', { customer: ada }), noise());
  const edit = { kind: 'edit' as const, content, text: content.text, by: ada };
  const reaction = { kind: 'reaction' as const, emoji: '👍', customer: ada };
  const published = [
    { ...edit, ...named('edit-1'), occurredAt: after(1) },
    { ...edit, ...named('edit-1b'), occurredAt: after(1) },
    { ...reaction, ...named('reaction-1'), occurredAt: after(2) },
    { ...reaction, ...named('reaction-1b'), occurredAt: after(2) },
  ];
  for (const update of published) {
    const { changed } = await change(update);
    if (changed) await publish(target, changed.conversation, changed.entry);
  }
  await change({ ...edit, ...named('edit-2'), occurredAt: after(3) });
  await change({ ...reaction, ...named('reaction-2'), emoji: '', occurredAt: after(4) });
  await change({ ...reaction, ...named('reaction-2b'), occurredAt: after(4) });
  const [image, document] = entry.message?.attachments ?? [];
  const place = { conversationId: conversation.id, sequence: entry.sequence };
  const stored = {
    state: 'stored' as const,
    uri: 's3://archive/media/1',
    sizeBytes: 5,
    sha256: 'a',
  };
  const files = [
    { ...image, ...stored },
    { ...document, state: 'failed' as const, error: 'media_not_found' },
  ];
  for (const [index, attachment] of files.entries()) {
    const update = { kind: 'attachment' as const, id: `file-${index}`, occurredAt: after(5) };
    await applyUpdate(target.table, place, { ...update, attachment: attachment as never });
  }
  await change({ kind: 'deletion', ...named('deletion'), by: ada, occurredAt: after(6) });
  await playPeople(target);
}

const at0 = (providerMessageId: string) => ({ providerMessageId });
/** So much that no compression makes it small. */
const noise = () =>
  Array.from({ length: 2000 }, (_, n) => ((n * 7919) % 9973).toString(36)).join('');

/** Addresses that move from one person to another, a claim that conflicts, a group. */
async function playPeople(target: PublishTarget): Promise<void> {
  const of = (
    ...identities: readonly [ReturnType<typeof phone>, ...ReturnType<typeof phone>[]]
  ) => ({
    customer: { identities },
  });
  await append(target, textMessage('p1', 'hello', of(phone('4917100002'))));
  await append(target, textMessage('p2', 'hello', of(bsuid('DE.102'))));
  await append(target, textMessage('p3', 'hello', of(bsuid('DE.102'), phone('4917100002'))));
  await append(target, changed('p4', 0, [phone('4917100002')], [phone('4917100003')]));
  await append(target, changed('p5', 1, [phone('4917100001')], [phone('4917100003')]));
  const group = { ...phone('group-1'), kind: 'group' as const };
  await append(target, textMessage('g1', 'to all', { ...of(group), author: ada }));
  const echo = { ...of(phone('4917100001')), direction: 'outbound' as const };
  await append(target, textMessage('echo', 'from the phone', echo));
  const asserted = { ...of(phone('4917100004')), assertsIdentities: [phone('4917100005')] };
  await append(target, textMessage('a1', 'call me there', asserted));
  const taken = { ...of(bsuid('DE.103')), assertsIdentities: [phone('4917100003')] };
  await append(target, textMessage('a2', 'call me there', taken));
  const mailOf = (id: string, address: string, follows: string[]) => {
    const customer = { identities: [{ ...phone(address), kind: 'mailbox' as const }] as const };
    const named = follows.map((each) => ({ providerMessageId: each, proof: 'claimed' as const }));
    return textMessage(id, 'a mail', { customer, thread: { key: id, follows: named } });
  };
  await append(target, mailOf('m1', 'ada@example.org', []));
  await append(target, mailOf('m2', 'eve@example.org', ['m1']));
}

async function playReplies(target: PublishTarget): Promise<void> {
  const { table } = target;
  const customer = { identities: [phone('4917100006')] as const };
  const { conversation } = await append(target, textMessage('asked', 'a question', { customer }));
  const accept = (replyId: string, given: object, validation: ReplyValidation = {}) => {
    const base = { replyId, conversationId: conversation.id, author: { displayName: 'Bo' } };
    return appendReply(table, ReplyCommand.parse({ ...base, ...given }), validation, at);
  };
  const text = { content: { type: 'text', text: 'an answer', linkPreview: true } };
  const template = { type: 'template', name: 'hello', language: 'de', components: [] };
  const claim = { part: 0, leaseUntil: after(120), at };
  const place = (sequence: number) => ({ conversationId: conversation.id, sequence });
  const replies = [
    await accept('accepted', { ...text, fallbackTemplate: template, metadata: { ticket: '1' } }),
    await accept('fallback', { ...text, fallbackTemplate: template }, { usesFallback: true }),
    await accept('refused', text, {
      refusal: { code: 'text_too_long', title: 'too long', retryable: false },
    }),
    await accept('sent', { ...text, inReplyToMessageId: 'msg_x' }),
    await accept('uncertain', {
      content: { type: 'media', contentType: 'image/png', url: 'https://example.com/a.png' },
    }),
    await accept('waiting', text),
    await accept('parts', text),
    await accept('sending', text),
    await accept('campaign', { ...text, purpose: 'marketing' }),
    await accept('scheduled', { ...text, sendAt: after(3600) }),
  ];
  const last = replies.at(-1);
  if (last?.entry) await publish(target, last.conversation, last.entry);
  await leasePart(table, place(5), { ...claim, parts: 1 });
  const taken = { part: 0, providerMessageId: 'sent-1', providerAliases: ['sent-1a'], at };
  await recordSent(table, await readConversation(table, conversation.id), 5, taken);
  await claimed(6, 1, async (entry) => {
    await recordUncertain(table, place(6), entry, { lookAfterAt: after(60) });
  });
  await claimed(7, 1, async (entry) => {
    const waits = { notBefore: after(30), lookAfterAt: after(930) };
    await recordNotSent(table, place(7), entry, waits);
    const waiting = await readState(table, place(7));
    const delay = { at, reason: 'rate_limit', expectedAt: after(900) } as const;
    if (waiting) await recordDelay(table, place(7), waiting, delay);
  });
  await claimed(8, 3, async () => {
    await recordSent(table, await readConversation(table, conversation.id), 8, {
      ...taken,
      providerMessageId: 'p-1',
    });
    const error = { code: 'provider_rejected', title: 'no', retryable: false } as never;
    await recordFailed(table, place(8), { error, at });
  });
  await leasePart(table, place(9), { ...claim, parts: 1 });
  const failed = [{ code: 'recipient_unreachable' as const, title: 'off', retryable: true }];
  const told = { metadata: { price: '1' } as never, errors: failed, occurredAt: after(9) };
  const status = { kind: 'status', id: 's', status: 'failed', target: at0('echo') } as const;
  const consent = {
    ...({ category: 'all_messages', state: 'revoked', evidence: '21610' } as const),
    source: 'delivery_error',
  } as const;
  await applyChannelUpdate(table, origin, { ...status, ...told, consent });

  async function claimed(
    sequence: number,
    parts: number,
    settle: (entry: NonNullable<Awaited<ReturnType<typeof readEntry>>>) => Promise<void>,
  ): Promise<void> {
    await leasePart(table, place(sequence), { ...claim, parts });
    const entry = await readEntry(table, conversation.id, sequence);
    if (entry) await settle(entry);
  }
}

/** A refused command, an alert, and a conversation that could not be published. */
async function playAccount(target: PublishTarget): Promise<void> {
  const { table } = target;
  const error = { code: 'invalid_reply', title: 'no', retryable: false } as const;
  const refusal = { error, occurredAt: at, replyId: 'r', conversationId: 'cnv_x' };
  await recordRefusal(table, 'default', 'refused', 'hash', { ...refusal, inConversation: true });
  const alert = {
    kind: 'alert',
    id: 'a',
    channel: 'whatsapp',
    code: 'account_restricted',
  } as const;
  const details = { reason: 'spam' };
  const told = await appendAlert(table, origin, { ...alert, title: 'no', details });
  await publish(target, told.conversation, told.entry);
  const customer = { identities: [phone('4917100007')] as const };
  const { conversation } = await append(target, textMessage('dirty', 'hello', { customer }));
  await markDirty(table, conversation.id, 1, at);
}
