import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holds, tracesOf } from '#test/support/aws/traces';
import { replyByHttp, textReply } from '#test/support/replies/replies';
import { scratchFolder } from '#test/support/runner/scratch';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';

const word = 'fwharpsichord';
const folder = scratchFolder('switchboard-deletion-');
let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack(folder);
});
afterAll(() => stack.stop());

async function simulate(path: string, body: object): Promise<{ providerMessageId: string }> {
  const response = await fetch(`${stack.description.providers['twitter']}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(response.ok, path).toBe(true);
  return (await response.json()) as { providerMessageId: string };
}

/** Everything that the stack has of the word: items, objects, and lines of its logs. */
async function everywhere(): Promise<string[]> {
  const { dynamodb, s3, description } = stack;
  const stores = {
    table: { client: DynamoDBDocumentClient.from(dynamodb), name: description.table },
    buckets: Object.values(description.buckets).map((bucket) => ({ client: s3, bucket })),
  };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const kept = files.filter((name) => /\.(log|jsonl|ndjson)$/.test(name));
  expect(kept.length).toBeGreaterThan(0);
  const logs = kept.filter((name) => holds(word, readFileSync(join(folder, name))));
  return [...(await tracesOf(word, stores)), ...logs];
}

describe('a post with a photo that was answered and quoted', () => {
  it('is in no item, object or log of the stack after its author deletes it', async () => {
    const text = `@switchboard ${word}, where is it?`;
    const { providerMessageId } = await simulate('/_inbound', {
      ...{ from: '1600000000000000301', text, media: [{ kind: 'image' }] },
    });
    const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
    const conversationId = event?.subject ?? '';
    await replyByHttp(stack, conversationId, textReply(conversationId, 'a', 'We are on it.'));
    await stack.helpdesk.waitFor(
      ({ type, data }) => data.replyId === 'a' && type === 'switchboard.message.sent.v1',
    );
    await simulate('/_inbound', {
      ...{ from: '1600000000000000302', text: '@switchboard see this', quotes: providerMessageId },
    });
    await stack.helpdesk.waitFor(({ data }) => data.message?.text === '@switchboard see this');
    expect((await everywhere()).length).toBeGreaterThanOrEqual(3);
    await simulate('/_delete', { post: providerMessageId });
    await stack.helpdesk.waitFor(({ type }) => type === 'switchboard.message.deleted.v1');
    expect(await everywhere()).toEqual([]);
  });
});
