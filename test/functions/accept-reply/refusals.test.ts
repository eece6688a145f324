import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AcceptReplyDependencies, replyAccepter } from '#functions/accept-reply/accept-reply';
import type { Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import { recordRefusal } from '#shared/aws/store/sending/refuse';
import type { Table } from '#shared/aws/store/table';
import { hashOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import { Event } from '#shared/model/event';
import { type Database, startDatabase } from '#test/model/database';
import { origin, phone, textMessage } from '#test/store/messages';

let database: Database;
let table: Table;
beforeAll(async () => {
  database = await startDatabase();
  table = await database.createTable('refusals');
});
afterAll(() => database.stop());

const later = ['2026-11-21T10:00:00.000Z', '2026-11-21T11:00:00.000Z', '2026-11-21T12:00:00.000Z'];
let told = 0;

/** What one delivery of a command puts on the normalized queue: bodies and groups, as SQS gets them. */
async function accept(body: string, queueId = 'queue-1') {
  const sent: { readonly body: string; readonly group: string }[] = [];
  const send = async ({ input }: { input: { MessageBody: string; MessageGroupId: string } }) => {
    sent.push({ body: input.MessageBody, group: input.MessageGroupId });
  };
  const queue = { url: 'queue', client: { send } } as unknown as Queue;
  told += 1;
  const now = () => new Date(later[told % later.length] ?? 0);
  const dependencies: AcceptReplyDependencies = {
    target: { table, normalized: queue, outbound: queue, now },
    settings: { accounts: [], archiveBucket: 'archive' },
    look: async () => ({ kind: 'found' as const, sizeBytes: 1 }),
    now,
  };
  await replyAccepter(dependencies)(body, queueId);
  return sent;
}

const eventIn = ({ body }: { readonly body: string }) => Event.parse(JSON.parse(body));

let customers = 0;
async function conversation(): Promise<string> {
  customers += 1;
  const identities = [phone(`1650555${customers}`)] as const;
  const message = textMessage(`wamid.${customers}`, 'Hello', { customer: { identities } });
  return (await appendMessage(table, origin, message)).conversation.id;
}

const missing = 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const unreadable = (conversationId: string) =>
  JSON.stringify({ replyId: 'r1', conversationId, content: { type: 'text', txt: 'Hello' } });

describe('the answer to a command that is refused', () => {
  it.each<[string, (conversationId: string) => string]>([
    ['cannot be read', unreadable],
    ['is a sign nobody can show', (id) => JSON.stringify({ conversationId: id, signal: 'wave' })],
    [
      'is a sign about nothing',
      (id) => JSON.stringify({ conversationId: id, signal: 'read', messageId: 'msg_1' }),
    ],
  ])('stands among the events of the conversation it names: a command that %s', async (_, body) => {
    const conversationId = await conversation();
    const [answer, ...more] = await accept(body(conversationId));
    expect(more).toEqual([]);
    expect(answer?.group).toBe(conversationId);
    expect(answer && eventIn(answer)).toMatchObject({
      ...{ subject: conversationId, partitionkey: conversationId },
      ...{ id: expect.stringMatching(/^refused_/), type: 'switchboard.message.failed.v1' },
    });
  });

  it.each([
    ['names a conversation that is not there', unreadable(missing)],
    [
      'is in order and names one that is not there',
      JSON.stringify({
        replyId: 'r2',
        conversationId: missing,
        content: { type: 'text', text: 'x' },
      }),
    ],
    ['names none', '{"replyId":"r3"}'],
    ['is no JSON', 'replyId=r4'],
  ])('has a group of its own where the command %s', async (_, body) => {
    const [answer] = await accept(body);
    expect(answer?.group).toMatch(/^refused_/);
    expect(answer && eventIn(answer).id).toBe(answer?.group);
  });

  it('is the same bytes however often the command comes, also when the conversation is there later', async () => {
    const [first] = await accept(unreadable(missing), 'queue-7');
    const conversationId = await conversation();
    const inConversation = unreadable(conversationId);
    const all = [...(await accept(inConversation)), ...(await accept(inConversation))];
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
    expect(await accept(unreadable(missing), 'queue-7')).toEqual([first]);
  });

  it('stays in the group it was first told in', async () => {
    const conversationId = await conversation();
    const body = unreadable(conversationId);
    // As an earlier release has recorded it: in no conversation.
    const error = { code: 'invalid_reply', title: 'earlier', retryable: false } as const;
    const earlier = { error, occurredAt: later[0] ?? '', replyId: 'r1', conversationId };
    await recordRefusal(table, 'default', 'r1', hashOf(body), earlier);
    const [answer] = await accept(body);
    expect(answer?.group).toMatch(/^refused_/);
    expect(answer?.body).toBe(canonicalJson(answer && eventIn(answer)));
    expect(answer && eventIn(answer)).toMatchObject({ data: { errors: [error] } });
  });

  it('carries the replyId wherever one can be read', async () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    for (const body of [
      unreadable(missing),
      '{"replyId":"r1","metadata":{"__proto__":"x"}}',
      `{"replyId":"r1","content":${deep}}`,
      '{"replyId":"r1","content":1e300}',
      `{"replyId":"r1","content":"${'x'.repeat(600_000)}"}`,
    ]) {
      const [answer] = await accept(body);
      expect(answer && eventIn(answer).data).toMatchObject({ replyId: 'r1' });
    }
  });
});
