import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { WebhookItem } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { Content } from '#shared/model/content';
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

interface Tally {
  events: number;
  readonly unsupported: string[];
  readonly unreadable: string[];
}

/** Reads one item; anything thrown but an unreadable item is a failure of the test. */
async function readItem(name: string, item: WebhookItem, tally: Tally): Promise<void> {
  if (item.unreadable !== undefined) {
    tally.unreadable.push(`${name}: ${item.unreadable}`);
    return;
  }
  try {
    for (const event of await eventsOf(item)) {
      tally.events += 1;
      if (!('content' in event)) continue;
      if (Content.parse(event.content).type === 'unsupported') tally.unsupported.push(name);
    }
  } catch (fault) {
    if (!(fault instanceof ConnectorError)) throw fault;
    tally.unreadable.push(`${name}: ${fault.message}`);
  }
}

describe('payloads written by others', () => {
  it('are read whole: nothing throws but a message of nobody', async () => {
    const cases = corpus();
    const tally: Tally = { events: 0, unsupported: [], unreadable: [] };
    for (const { name, body } of cases) {
      for (const item of itemsOf(body)) await readItem(name, item, tally);
    }
    const { events, unsupported, unreadable } = tally;
    console.log(
      `whatsapp payloads: ran ${cases.length} corpus cases, ${events} events, ` +
        `${unsupported.length} unsupported, ${unreadable.length} unreadable`,
      { unsupported, unreadable },
    );
    if (cases.length > 0) expect(events).toBeGreaterThan(0);
    expect(unreadable.length).toBeLessThanOrEqual(cases.length / 10);
  });
});
