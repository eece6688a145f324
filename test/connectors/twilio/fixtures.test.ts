import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parse } from '#connectors/twilio/parser';
import { webhook } from '#connectors/twilio/webhook';
import { context, onlyItem, signedForm, throughQueue } from './signed-request.ts';

const folder = new URL('../../fixtures/twilio/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const Fixture = z.object({
  note: z.string(),
  webhook: z.string(),
  subpath: z.string().default(''),
  events: z.array(z.record(z.string(), z.unknown())),
});

describe('the fixtures of the Twilio connector', () => {
  it('are there', () => expect(names.length).toBeGreaterThanOrEqual(12));

  it.each(names)('%s passes the door and reads as expected', async (name) => {
    const fixture = Fixture.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
    const request = signedForm(fixture.webhook, { subpath: fixture.subpath });
    const item = onlyItem(webhook.verify(request, context));
    expect(item.unreadable).toBeUndefined();
    const events = await parse({ payload: throughQueue(item.payload), account: context.account });
    expect(events).toMatchObject(fixture.events);
    expect(events).toHaveLength(fixture.events.length);
  });
});
