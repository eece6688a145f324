import '#test/model/quiet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '#shared/aws/store/table';
import { type Database, startDatabase } from '#test/model/database';
import { bodyFor, byHttp, byQueue, openConversations } from './both-ways.ts';
import { replyBodies, signBodies } from './odd-commands.ts';
import { parameters } from './parameters.ts';

let database: Database;
let table: Table;
let conversations: string[];
beforeAll(async () => {
  database = await startDatabase();
  table = await database.createTable('twoways');
  conversations = await openConversations(table);
});
afterAll(() => database.stop());

const conversationNumber = fc.nat();
const conversationAt = (index: number) => conversations[index % conversations.length] ?? '';

describe('a reply, whatever it is', () => {
  it('is answered alike by HTTP and on the queue; what is answered 202 is accepted', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(replyBodies, conversationNumber, async (template, index) => {
        const conversationId = conversationAt(index);
        const body = bodyFor(template, conversationId);
        const { status, answer, queued } = await byHttp(table, 'replies', conversationId, body);
        seen.add(status);
        expect(queued).toHaveLength(status === 202 ? 1 : 0);
        if (status === 202) await expectAccepted(queued[0] ?? '', answer.replyId);
        else await expectRefused(conversationId, body, answer);
      }),
      parameters(600),
    );
    expect([...seen].toSorted()).toEqual([202, 400, 413, 422]);
  }, 180_000);
});

describe('a sign, whatever it is', () => {
  it('is answered alike by HTTP and on the queue; what is answered 202 is passed on', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(signBodies, conversationNumber, async (template, index) => {
        const conversationId = conversationAt(index);
        const body = bodyFor(template, conversationId);
        const { status, answer, queued } = await byHttp(table, 'signals', conversationId, body);
        seen.add(status);
        expect(queued).toHaveLength(status === 202 ? 1 : 0);
        if (status !== 202) return expectRefused(conversationId, body, answer);
        const { events, sends } = await byQueue(table, queued[0] ?? '');
        expect([events, sends]).toEqual([[], [expect.any(String)]]);
      }),
      parameters(300),
    );
    expect([...seen].toSorted()).toEqual([202, 400, 422]);
  }, 120_000);
});

describe('two ways that differ', () => {
  it('are noticed', async () => {
    const conversationId = conversationAt(0);
    const command = { replyId: '<id>', conversationId, content: { type: 'text', text: 'Hello' } };
    const good = () => bodyFor(JSON.stringify(command), conversationId);
    const bad = bodyFor(JSON.stringify({ ...command, extra: 1 }), conversationId);
    const refusal = { error: 'invalid_reply', reasons: ['extra: unknown'] };
    await expect(expectRefused(conversationId, good(), refusal)).rejects.toThrow();
    await expect(expectRefused(conversationId, bad, refusal)).rejects.toThrow();
    await expect(expectAccepted(bad, 'r1')).rejects.toThrow();
    await expect(expectAccepted(good(), 'another')).rejects.toThrow();
  });
});

async function expectAccepted(queued: string, replyId: string): Promise<void> {
  const { events, sends } = await byQueue(table, queued);
  expect(events).toMatchObject([
    { type: 'switchboard.message.accepted.v1', data: { message: { replyId } } },
  ]);
  expect(sends).toHaveLength(1);
}

/** The queue says the same words, once, among the events of the conversation that the command names. */
async function expectRefused(
  conversationId: string,
  body: string,
  { error: code, reasons }: { readonly error: string; readonly reasons: readonly string[] },
): Promise<void> {
  const { events, groups, sends } = await byQueue(table, body);
  const title = reasons.join('; ').slice(0, 500).toWellFormed();
  expect(events).toMatchObject([
    { type: 'switchboard.message.failed.v1', data: { errors: [{ code, title }] } },
  ]);
  expect(sends).toEqual([]);
  const named = objectIn(body);
  if (!named) return expect(events[0]?.partitionkey).toMatch(/^refused_/);
  expect(groups).toEqual([conversationId]);
  expect(events[0]?.subject).toBe(conversationId);
  expect(Reflect.get(events[0]?.data ?? {}, 'replyId')).toBe(usable(named['replyId']));
}

function objectIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function usable(replyId: unknown): unknown {
  return typeof replyId === 'string' && replyId !== '' && replyId.isWellFormed()
    ? replyId
    : undefined;
}
