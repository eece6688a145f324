import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/email/parser';
import { readNotification } from '#connectors/email/sns';
import { accounts, inbox } from './inbox.ts';

interface Fixture {
  readonly note: string;
  readonly notification: object;
  readonly mail?: string;
  readonly events: readonly object[];
}

const folder = join(process.cwd(), 'test', 'fixtures', 'email');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

async function eventsOf({ notification, mail }: Fixture) {
  const routed = readNotification(JSON.stringify(notification), accounts);
  if ('ignored' in routed) throw new Error(`ignored: ${routed.ignored}`);
  const parsed = await Promise.all(
    routed.items.map(({ item }) => {
      expect(item.unreadable).toBeUndefined();
      const payload: unknown = JSON.parse(JSON.stringify(item.payload));
      return parse({
        payload,
        account: inbox,
        ...(mail === undefined ? {} : { raw: Buffer.from(mail) }),
      });
    }),
  );
  return parsed.flat();
}

describe('the fixtures', () => {
  it('are at least twelve', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  it.each(names)('%s is read as it says', async (name) => {
    const fixture = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Fixture;
    const events = await eventsOf(fixture);
    expect(events).toHaveLength(fixture.events.length);
    for (const [index, expected] of fixture.events.entries()) {
      expect(events[index], fixture.note).toMatchObject(expected);
    }
  });

  it('would notice a wrong expectation', async () => {
    const fixture = JSON.parse(readFileSync(join(folder, 'plain-text.json'), 'utf8')) as Fixture;
    const [event] = await eventsOf(fixture);
    expect(event).not.toMatchObject({ text: 'something else' });
  });
});
