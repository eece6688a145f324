import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { publish } from '#shared/aws/publish/publish';
import { appendReply } from '#shared/aws/store/sending/accept';
import { leasePart } from '#shared/aws/store/sending/lease';
import { readSending } from '#shared/aws/store/sending/pause';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { ReplyCommand } from '#shared/model/reply';
import { ownUserId } from '#test/connectors/twitter/received';
import { type DeletionHarness, deletionBody, postBody, useDeletionHarness } from './harness.ts';

let harness: DeletionHarness;
useDeletionHarness((opened) => {
  harness = opened;
});

describe('our own post that a colleague deletes in the X app', () => {
  it('loses its words, its names and its upload', async () => {
    const word = 'rwglockenspiel';
    await harness.receive(postBody({ id: '2600000000000000001', text: 'where is it?' }));
    const [opened] = await harness.heard();
    const conversationId = String(opened?.subject);
    const { table, archive, target } = harness;
    const key = `uploads/${word}.jpg`;
    await archive.client.send(
      new PutObjectCommand({ Bucket: archive.bucket, Key: key, Body: `a photo of ${word}` }),
    );
    const command = ReplyCommand.parse({
      ...{ caller: 'desk', replyId: 'r1', conversationId },
      author: { role: 'agent', displayName: `Agent ${word}` },
      metadata: { ticket: word },
      content: {
        ...{ type: 'media', contentType: 'image/jpeg' },
        ...{ url: `s3://${archive.bucket}/${key}`, caption: `on its way, ${word}` },
      },
    });
    const at = '2026-11-21T10:00:02.000Z';
    const { entry, conversation } = await appendReply(table, command, {}, at);
    if (!entry) throw new Error('not accepted');
    await publish(target, conversation, entry);
    const place = { conversationId, sequence: entry.sequence };
    const lease = { part: 0, parts: 1, leaseUntil: '2026-11-21T10:02:00.000Z', at };
    await leasePart(table, place, lease, entry);
    const providerMessageId = '2600000000000000002';
    await recordSent(table, conversation, entry.sequence, { part: 0, at, providerMessageId });
    expect((await harness.traces(word)).length).toBeGreaterThanOrEqual(2);
    await harness.heard();

    await harness.receive(deletionBody(providerMessageId, ownUserId));
    expect(await harness.traces(word)).toEqual([]);
    const events = await harness.heard();
    expect(events.at(-1)?.type).toBe('switchboard.message.deleted.v1');
    expect(JSON.stringify(events)).not.toContain(word);
    const kept = await harness.entry(conversationId, entry.sequence);
    expect(kept).toMatchObject({ redaction: 'done', message: { replyId: 'r1' } });
  });
});

describe('an account that withdraws its access', () => {
  it('is told, and pauses', async () => {
    const { account, table } = harness;
    await harness.receive({
      data: {
        ...{ event_type: 'oauth.revoke', event_uuid: '-77', filter: { user_id: ownUserId } },
        payload: { user_id: ownUserId, date_time: '2026-11-21T09:59:00.000Z' },
      },
    });
    const events = await harness.heard();
    expect(events.map(({ data }) => ('code' in data ? data.code : undefined))).toEqual([
      'credentials_revoked',
    ]);
    const sending = await readSending(table, { connector: 'twitter', account });
    expect(sending?.pausedUntil).toBe('2026-11-21T10:01:00.000Z');
  });
});
