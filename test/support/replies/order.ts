import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, vi } from 'vitest';
import type { ConnectorId } from '#connectors/declarations';
import { harnesses } from '#test/connectors/harnesses';
import type { LocalStack } from '#test/support/stack/local-stack';
import { writeAs } from '#test/support/stack/providers';
import { replyByHttp, replyByQueue, textReply } from './replies.ts';

export type Connector = ConnectorId;
export type Way = 'queue' | 'http';

/** One conversation, and the texts an agent has written in it, in the order in which they were taken. */
export interface Talk {
  readonly connector: Connector;
  readonly customer: string;
  readonly conversationId: string;
  readonly taken: string[];
}

let customers = 0;

/** A new customer writes; resolves when the helpdesk knows the conversation. */
export async function openTalk(stack: LocalStack, connector: Connector): Promise<Talk> {
  customers += 1;
  const customer = harnesses[connector].customerOf(customers);
  const text = `a question by ${customer}`;
  await writeAs(stack.description, connector, { from: customer, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return { connector, customer, conversationId: event?.subject ?? '', taken: [] };
}

/** Hands replies in one after the other, each taken (202, or by SQS) before the next. */
export async function write(
  stack: LocalStack,
  talk: Talk,
  way: Way,
  {
    count = 20,
    ids = {},
  }: { readonly count?: number; readonly ids?: { readonly group?: string } } = {},
): Promise<void> {
  for (let written = 0; written < count; written += 1) {
    const text = `answer ${talk.taken.length + 1} to ${talk.customer}`;
    const command = textReply(talk.conversationId, text, text);
    if (way === 'queue') await replyByQueue(stack, command, ids);
    else expect((await replyByHttp(stack, talk.conversationId, command)).status).toBe(202);
    talk.taken.push(text);
  }
}

/** The texts of this talk that its provider has sent to the customer, in order. */
export async function arrived({ description }: LocalStack, talk: Talk): Promise<string[]> {
  const response = await fetch(`${description.providers[talk.connector]}/_sent`);
  const sent = (await response.json()) as { text: string }[];
  return sent.map(({ text }) => text).filter((text) => text.endsWith(` to ${talk.customer}`));
}

/** Resolves when everything written has arrived, in order; fails with what came instead. */
export async function expectInOrder(
  stack: LocalStack,
  talks: readonly Talk[],
  seconds = 60,
): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const talk of talks) {
        expect(await arrived(stack, talk)).toHaveLength(talk.taken.length);
      }
    },
    { timeout: seconds * 1000, interval: 250 },
  );
  for (const talk of talks) expect(await arrived(stack, talk)).toEqual(talk.taken);
}

/**
 * Forgets what an account has sent, again and again until called off: X takes fifteen messages in a quarter of an
 * hour, and a test does not wait for the rest.
 */
export function withoutPacing(
  { dynamodb, description }: LocalStack,
  connector: string,
): () => void {
  const Key = { pk: { S: `ACCOUNT#${connector}#main` }, sk: { S: 'SENDING' } };
  const timer = setInterval(() => {
    dynamodb
      .send(new DeleteItemCommand({ TableName: description.table, Key }))
      .catch(() => undefined);
  }, 250);
  return () => clearInterval(timer);
}
