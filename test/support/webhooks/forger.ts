import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { expect } from 'vitest';
import type { CallCounter } from '#test/support/aws/call-counter';
import { everythingWritten, untilIdle } from '#test/support/aws/stored';
import { type CallingConnector, callingConnectors } from '#test/support/connectors/lists';
import type { LocalStack } from '#test/support/stack/local-stack';
import { type RawAnswer, type RawRequest, sendRaw } from '#test/support/stack/raw-http';
import type { Genuine } from './forgeries.ts';
import { accountOf } from './signed-webhooks.ts';
import { callingProvider } from './text-webhooks.ts';

export type Requests = ReadonlyMap<string, Partial<RawRequest>>;

/** Sends forged webhooks to a local stack, and proves what they have not done. */
export interface Forger {
  /** A message as the provider would post it, and how it signs. */
  readonly genuine: (connector: CallingConnector) => Genuine;
  /** The genuine webhook with other signature headers: as many as there are values. */
  readonly signedWith: (
    connector: CallingConnector,
    ...values: readonly string[]
  ) => Partial<RawRequest>;
  readonly send: (raw: Partial<RawRequest>) => Promise<RawAnswer>;
  /** Sends all of them; resolves with those that were not answered 401 or 403 in the constant words. */
  readonly notRefused: (all: Requests) => Promise<string[]>;
  /** Asks, and proves that no function has called a queue, the table or a bucket, and that nothing has changed. */
  readonly withoutTrace: <Answer>(ask: () => Promise<Answer>) => Promise<Answer>;
}

export const pathOf = (connector: string) => `/webhooks/${connector}/main`;

export function forgerOf(stack: LocalStack, counter: CallCounter): Forger {
  const known = new Map(callingConnectors.map((each) => [each, genuineOf(stack, each)]));
  const genuine = (connector: CallingConnector) => known.get(connector) ?? missing(connector);
  const send = (raw: Partial<RawRequest>) => {
    calm = undefined;
    const nothing = { method: 'POST', path: '/', headers: [], body: Buffer.alloc(0) };
    return sendRaw(stack.description.url, { ...nothing, ...raw });
  };
  const whenIdle = async () => {
    await untilIdle(stack);
    return everythingWritten(stack);
  };
  // What was found after the last request that left no trace; forgotten with the next one, whatever sends it.
  let calm: object | undefined;
  return {
    genuine,
    send,
    signedWith: (connector, ...values) => {
      const { header, contentType, body } = genuine(connector);
      const signatures = values.map((value) => [header, value] as const);
      const headers = [['content-type', contentType] as const, ...signatures];
      return { path: pathOf(connector), headers, body };
    },
    notRefused: async (all) => {
      const wrong: string[] = [];
      for (const [name, raw] of all) {
        const { status, text } = await send(raw);
        const refused = [401, 403].includes(status) && text === '{"error":"not_verified"}';
        if (!refused) wrong.push(`${name}: ${status} ${text}`);
      }
      return wrong;
    },
    withoutTrace: async (ask) => {
      const before = calm ?? (await whenIdle());
      calm = undefined;
      counter.reset();
      const answer = await ask();
      const after = await whenIdle();
      expect(counter.calls()).toEqual([]);
      expect(after).toEqual(before);
      calm = after;
      return answer;
    },
  };
}

function genuineOf({ description }: LocalStack, connector: CallingConnector): Genuine {
  const { text, signer } = callingProvider(connector);
  const { url, headers, body } = text(description, '7', 'hello 1');
  const secret = accountOf(description, connector).secrets?.[signer.field] ?? '';
  return {
    ...{ header: signer.header, contentType: headers['content-type'] ?? '', secret },
    body: Buffer.from(body),
    sign: (signed, key) => signer.sign(signed, key, url),
  };
}

/** Twilio's signature over a URL and a form. */
export function twilioSignature(body: Buffer | string, token: string, url: string): string {
  const form = Object.fromEntries(new URLSearchParams(body.toString()));
  return getExpectedTwilioSignature(token, url, form);
}

function missing(connector: string): never {
  throw new Error(`no webhook of ${connector} to forge`);
}
