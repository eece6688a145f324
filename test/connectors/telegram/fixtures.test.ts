import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parse } from '#connectors/telegram/parser';
import { account, itemsOf, throughQueue } from './signed-webhook.ts';

const folder = new URL('../../fixtures/telegram/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const Fixture = z.object({
  note: z.string(),
  webhook: z.looseObject({ update_id: z.int() }),
  events: z.array(z.record(z.string(), z.unknown())),
});

describe('the fixtures of the Telegram connector', () => {
  it('are there', () => expect(names.length).toBeGreaterThanOrEqual(12));

  it.each(names)('%s is taken and reads as expected', async (name) => {
    const fixture = Fixture.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
    const [item, ...others] = itemsOf(fixture.webhook);
    expect(others).toEqual([]);
    expect(item).toMatchObject({ deduplicationId: String(fixture.webhook.update_id) });
    expect(item?.unreadable).toBeUndefined();
    expect(await parse({ payload: throughQueue(item?.payload), account })).toEqual(fixture.events);
  });
});
