import { describe, expect, it } from 'vitest';
import { changesOf } from '#infra/cli/replay/changes';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { currentMessage } from '#shared/events/current-message';
import { inboundEntry, storedMeta } from './stored-conversation.ts';

const conversation = storedMeta();
const stored = currentMessage(conversation, inboundEntry(1, 1));
if (!stored) throw new Error('the entry has no message');

/** What a parser would have said of the stored message, changed like this. */
function read(changes: Partial<ChannelMessage>): ChannelMessage {
  return {
    kind: 'message',
    channel: 'whatsapp',
    direction: 'inbound',
    visibility: 'private',
    providerMessageId: 'wamid.1',
    business: conversation.businessIdentity,
    customer: { identities: [conversation.customerIdentities[0] ?? conversation.businessIdentity] },
    occurredAt: stored?.occurredAt ?? '',
    content: { type: 'text', text: 'message 1' },
    text: 'message 1',
    attachments: [],
    ...changes,
  };
}

describe('the difference between a stored message and the same one read today', () => {
  it('is nothing when it is read as before', () => {
    expect(changesOf(stored, read({}))).toEqual([]);
    const { occurredAt: _, ...unreadableClock } = read({});
    expect(changesOf(stored, unreadableClock)).toEqual([]);
  });

  it('names every value of the content, and its text, as corrected', () => {
    const content = { type: 'location', latitude: 1, longitude: 2 } as const;
    expect(changesOf(stored, read({ content, text: '1, 2' }))).toEqual([
      { field: 'content.latitude', read: 1, corrected: true },
      { field: 'content.longitude', read: 2, corrected: true },
      { field: 'content.text', stored: 'message 1', corrected: true },
      { field: 'content.type', stored: 'text', read: 'location', corrected: true },
      { field: 'text', stored: 'message 1', read: '1, 2', corrected: true },
    ]);
  });

  it('names what stays as it is stored', () => {
    const attachments = [{ kind: 'image', contentType: 'image/png', state: 'pending' }] as const;
    expect(
      changesOf(stored, read({ attachments, subject: 'new', metadata: { sentBy: 'b' } })),
    ).toEqual([
      { field: 'attachments.0.contentType', read: 'image/png', corrected: false },
      { field: 'attachments.0.kind', read: 'image', corrected: false },
      { field: 'metadata.sentBy', read: 'b', corrected: false },
      { field: 'subject', read: 'new', corrected: false },
    ]);
    expect(changesOf(stored, read({ text: 'other' }))).toEqual([
      { field: 'text', stored: 'message 1', read: 'other', corrected: false },
    ]);
  });

  it('takes what the provider sent as one value, in whatever order its keys come back', () => {
    const content = { type: 'unsupported', providerType: 'x', raw: { a: 1, b: { c: 2 } } } as const;
    const kept = { ...content, raw: { b: { c: 2 }, a: 1 } };
    expect(changesOf({ ...stored, content: kept, text: '' }, read({ content, text: '' }))).toEqual(
      [],
    );
    const other = { ...content, raw: { a: 2 } };
    expect(changesOf({ ...stored, content, text: '' }, read({ content: other, text: '' }))).toEqual(
      [{ field: 'content.raw', stored: content.raw, read: { a: 2 }, corrected: true }],
    );
  });

  it('sees nothing in what has become of our copy of a file', () => {
    const file = { kind: 'image', contentType: 'image/png', providerReference: '9' } as const;
    const held = { ...file, id: 'att_a', state: 'stored', uri: 's3://a/b', sizeBytes: 4 } as const;
    const before = { ...stored, attachments: [held] };
    expect(changesOf(before, read({ attachments: [{ ...file, state: 'pending' }] }))).toEqual([]);
  });
});
