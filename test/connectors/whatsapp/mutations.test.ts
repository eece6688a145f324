import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WebhookItem } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { eventsOf, itemsOf } from './signed-webhook.ts';

const folder = new URL('../../fixtures/whatsapp/', import.meta.url);
const webhooks: readonly unknown[] = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')).webhook,
);

/** Every place in a JSON value where something else could stand. */
function places(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [
    [...path],
    ...Object.entries(value).flatMap(([key, member]) => places(member, [...path, key])),
  ];
}

/** The value with one place replaced, or removed where the replacement is undefined. */
function mutated(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    return value.map((member, index) =>
      index === Number(key) ? mutated(member, rest, by) : member,
    );
  }
  const object = value as Record<string, unknown>;
  return { ...object, [key]: mutated(object[key], rest, by) };
}

const mutation = fc.constantFrom(...webhooks).chain((webhook) =>
  fc
    .array(
      fc.tuple(fc.constantFrom(...places(webhook)), fc.option(fc.jsonValue(), { nil: undefined })),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((changes) =>
      changes.reduce<unknown>((body, [path, by]) => tried(body, path, by), webhook),
    ),
);

/** A second change may aim at a place the first has taken away. */
function tried(body: unknown, path: readonly (string | number)[], by: unknown): unknown {
  try {
    return mutated(body, path, by);
  } catch {
    return body;
  }
}

/** How many events an item gave; an unreadable one gives none, and any other fault is thrown on. */
async function readItem(item: WebhookItem): Promise<number> {
  expect(item.deduplicationId).not.toBe('');
  if (item.unreadable !== undefined) return 0;
  try {
    return (await eventsOf(item)).length;
  } catch (fault) {
    if (!(fault instanceof ConnectorError)) throw fault;
    expect(fault.code).toBe('unreadable_payload');
    return 0;
  }
}

describe('two thousand damaged webhooks', () => {
  it('end in events, in quarantine, or in an unreadable_payload; never in another fault', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(mutation, async (webhook) => {
        const body = Buffer.from(JSON.stringify(webhook) ?? '');
        for (const item of itemsOf(body)) read += await readItem(item);
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(2000);
  }, 60_000);
});
