import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import type { WebhookItem } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { Content } from '#shared/model/content';
import { documentedResults } from './corpus-results.ts';
import { eventsOf, itemsOf } from './signed-webhook.ts';

const whatsapp = '../shared/corpus/whatsapp';
const openapi = '../shared/corpus/openapi/meta.trim.json';

/** Payloads somebody else wrote down: recorded ones, and the examples of Meta's own OpenAPI. */
function corpus(): { readonly name: string; readonly body: unknown }[] {
  const files = existsSync(whatsapp) ? globSync(`${whatsapp}/**/*.json`) : [];
  const recorded = files.map((name) => ({ name, body: JSON.parse(readFileSync(name, 'utf8')) }));
  return [...recorded, ...officialExamples()].filter(({ body }) => isWebhook(body));
}

function officialExamples(): { readonly name: string; readonly body: unknown }[] {
  if (!existsSync(openapi)) return [];
  const spec = JSON.parse(readFileSync(openapi, 'utf8'));
  const { examples } =
    spec.paths['/whatsapp/webhooks'].post.requestBody.content['application/json'];
  return Object.entries<{ value: unknown }>(examples).map(([name, { value }]) => ({
    name: `openapi: ${name}`,
    body: value,
  }));
}

function isWebhook(body: { object?: unknown; entry?: { object?: unknown }[] }): boolean {
  return [body.object, body.entry?.[0]?.object].includes('whatsapp_business_account');
}

/** Reads every case; anything thrown but an unreadable item is a failure of the test. */
async function readAll(cases: ReturnType<typeof corpus>): Promise<Map<string, readonly string[]>> {
  const results = new Map<string, readonly string[]>();
  for (const { name, body } of cases) {
    const read = await Promise.all(itemsOf(body).map(resultsOf));
    results.set(basename(name, '.json'), read.flat());
  }
  return results;
}

/** The cases with a result that begins like this, each as often as it has one. */
function named(results: ReadonlyMap<string, readonly string[]>, beginning: string): string[] {
  return [...results].flatMap(([name, each]) =>
    each.filter((result) => result.startsWith(beginning)).map(() => name),
  );
}

async function resultsOf(item: WebhookItem): Promise<readonly string[]> {
  if (item.unreadable !== undefined) return ['unreadable'];
  try {
    return (await eventsOf(item)).map(resultOf);
  } catch (fault) {
    if (fault instanceof ConnectorError && fault.code === 'unreadable_payload') {
      return ['unreadable'];
    }
    throw fault;
  }
}

/** A line for an event: what it is, and of which kind. */
function resultOf(event: ChannelEvent): string {
  switch (event.kind) {
    case 'message':
      return words(event.direction === 'outbound' && 'echo', ...contentWords(event));
    case 'status':
      return words('status', event.status);
    case 'reaction':
      return words('reaction', event.emoji === '' && 'removed');
    case 'alert':
      return words('alert', event.code);
    case 'ignored':
      return words('ignored', event.reason);
    default:
      return event.kind;
  }
}

function contentWords({ content, attachments }: ChannelMessage): (string | false)[] {
  const { type } = Content.parse(content);
  const files = attachments.map(({ kind, state }) => words(kind, state === 'failed' && 'failed'));
  const kind = 'kind' in content && content.kind;
  const name = 'providerType' in content && content.providerType;
  return [type, ...files, kind, name];
}

function words(...parts: readonly (string | false)[]): string {
  return parts.filter(Boolean).join(' ');
}

describe('payloads written by others', () => {
  it('become what is documented, or unsupported; only a message of nobody cannot be read', async () => {
    const cases = corpus();
    const results = await readAll(cases);
    const unsupported = named(results, 'unsupported');
    const unreadable = named(results, 'unreadable');
    const documented = Object.entries(documentedResults).filter(([name]) => results.has(name));
    console.log(
      `whatsapp payloads: ran ${cases.length} corpus cases, ${documented.length} with a documented result, ` +
        `${[...results.values()].flat().length} events, ${unsupported.length} unsupported, ` +
        `${unreadable.length} unreadable`,
      { unsupported, unreadable },
    );
    for (const [name, expected] of documented) expect(results.get(name), name).toEqual(expected);
    if (cases.length === 0) return;
    expect(documented).toHaveLength(Object.keys(documentedResults).length);
    expect(unreadable).toEqual(['in-text-no-identity-at-all']);
  });

  it('would be told apart where one became something else', async () => {
    const [, item] = itemsOf(twoTexts);
    if (!item) throw new Error('no item');
    expect(await resultsOf(item)).toEqual(['text']);
    const { message: _, ...rest } = item.payload as Record<string, unknown>;
    expect(await resultsOf({ ...item, payload: rest })).not.toEqual(['text']);
    expect(await resultsOf({ ...item, unreadable: 'planted' })).toEqual(['unreadable']);
  });
});

const message = { from: '491701234567', type: 'text', text: { body: 'hi' } };
const twoTexts = {
  entry: [
    {
      changes: [
        {
          field: 'messages',
          value: {
            messages: [
              { ...message, id: 'wamid.1' },
              { ...message, id: 'wamid.2' },
            ],
          },
        },
      ],
    },
  ],
};
