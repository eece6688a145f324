import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventsOf, itemsOf } from './received.ts';

const Fixture = z.strictObject({
  note: z.string(),
  webhook: z.json(),
  /** Partial; null means that the field must be absent. */
  events: z.array(z.record(z.string(), z.json())),
});

const folder = new URL('../../fixtures/twitter/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('every X fixture becomes the canonical events it names', () => {
  it('has at least twelve fixtures', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  it.each(names)('%s', (name) => {
    const fixture = Fixture.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
    const items = itemsOf(fixture.webhook);
    expect(items.filter((item) => item.unreadable)).toEqual([]);
    const events = items.flatMap((item) => eventsOf(item));
    expect(events).toHaveLength(fixture.events.length);
    for (const [index, expected] of fixture.events.entries()) {
      const named = Object.entries(expected);
      const present = named.filter(([, value]) => value !== null);
      expect(events[index]).toMatchObject(Object.fromEntries(present));
      for (const [field] of named.filter(([, value]) => value === null)) {
        expect(events[index]).not.toHaveProperty(field);
      }
    }
  });
});
