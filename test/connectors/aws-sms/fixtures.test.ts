import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parse } from '#connectors/aws-sms/parser';
import {
  fixturePaths,
  fixturesFolder,
  hasCorpus,
  recorded,
} from '#test/support/connectors/fixtures';
import { account, itemsOf } from './notification.ts';

const Fixture = z.object({
  note: z.string(),
  notification: z.unknown(),
  events: z.array(z.record(z.string(), z.unknown())),
});

/** What is read from a notification, after its way through the queue. */
async function read(notification: unknown, address?: string) {
  const items = itemsOf(notification, address);
  expect(items.filter(({ unreadable }) => unreadable !== undefined)).toEqual([]);
  const events = items.map(({ payload }) =>
    parse({ payload: JSON.parse(JSON.stringify(payload)), account }),
  );
  return (await Promise.all(events)).flat();
}

describe('the fixtures of the AWS SMS connector', () => {
  const files = fixturePaths(fixturesFolder('aws-sms')).map((file) => [basename(file), file]);

  it.each(files)('%s reads as expected', async (_, file) => {
    const fixture = Fixture.parse(JSON.parse(readFileSync(file ?? '', 'utf8')));
    const events = await read(fixture.notification);
    expect(events).toMatchObject(fixture.events);
    expect(events).toHaveLength(fixture.events.length);
  });

  it('that speak of no consent tell none', async () => {
    const silent = ['help', 'stop-in-a-sentence', 'sms-text', 'event-delivered'];
    for (const [name, file] of files) {
      if (!silent.includes(name?.replace('.json', '') ?? '')) continue;
      const [event] = await read(JSON.parse(readFileSync(file ?? '', 'utf8')).notification);
      expect(event).not.toHaveProperty('consent');
    }
  });
});

describe.runIf(hasCorpus)('what AWS documents', () => {
  it('is read: a message with the one before it, and a status', async () => {
    const [status, message] = recorded('sms/aws').toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(await read(message?.body, '+12125550101')).toMatchObject([
      {
        kind: 'message',
        text: 'EXAMPLE',
        providerMessageId: 'cae173d2-66b9-564c-8309-21f858e9fb84',
        inReplyToProviderMessageId: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        customer: { identities: [{ kind: 'phone', address: '+14255550182' }] },
      },
    ]);
    const target = { providerMessageId: '862a8790-60c0-4430-9b2b-658bdexample' };
    expect(await read(status?.body, '+12065550152')).toMatchObject([
      { kind: 'status', status: 'sent', target, occurredAt: '2023-06-17T04:11:43.470Z' },
    ]);
  });
});
