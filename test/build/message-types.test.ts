import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { messageTypes, updateTypes } from '#connectors/whatsapp/inbound/supported-types';
import { statuses } from '#connectors/whatsapp/item';
import { parse } from '#connectors/whatsapp/parser';
import { whatsappPage, withMessageTypes, writeMessageTypes } from '#infra/build/message-types';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { harnesses } from '#test/connectors/harnesses';
import { fixtureCases, fixturesFolder } from '#test/support/connectors/fixtures';

describe('the tables of message types', () => {
  let page: string;
  beforeAll(async () => {
    page = await readFile(whatsappPage, 'utf8');
  });

  it('are what the code says; `npm run contracts` brings them up to date', () => {
    for (const type of ['image', 'revoke', 'played', 'link_button']) {
      expect(page).toContain(`\`${type}\``);
    }
    expect(withMessageTypes(page) === page).toBe(true);
  });

  it('are noticed when a row is changed, and put right', async () => {
    const planted = page.replace('| `image` | message, content `media`', '| `image` | nothing');
    expect(planted).not.toBe(page);
    const folder = await mkdtemp(join(tmpdir(), 'types-'));
    const copy = join(folder, 'page.md');
    await writeFile(copy, planted);
    expect(withMessageTypes(planted)).not.toBe(planted);
    await writeMessageTypes(copy);
    expect(await readFile(copy, 'utf8')).toBe(page);
    await rm(folder, { recursive: true });
  });

  it('cannot be left out of the page', () => {
    expect(() => withMessageTypes(page.replaceAll('<!--', '<!'))).toThrow('the page lacks');
  });
});

describe('each row of the tables', () => {
  const seen = new Map<string, Set<string>>();
  beforeAll(async () => {
    const { account } = harnesses.whatsapp;
    const items = fixtureCases(harnesses.whatsapp, fixturesFolder('whatsapp')).flatMap((each) =>
      each.receive(),
    );
    for (const { payload, unreadable } of items) {
      const { field, message, status } = payload as Item;
      const name = message?.type ?? status?.status;
      if (name === undefined || unreadable !== undefined || field === 'history') continue;
      const events = await parse({ payload, account });
      for (const event of events) noteResult(name, resultOf(event));
    }
  });
  const noteResult = (name: string, result: string) =>
    seen.set(name, (seen.get(name) ?? new Set()).add(result));

  const promised: readonly (readonly [string, string])[] = [
    ...Object.entries(messageTypes).map(([type, { content }]) => [type, content] as const),
    ...Object.entries(updateTypes),
    ...[...statuses].map(([name, status]) => [name, status] as const),
  ];

  // A fixture may also show what happens to a type in a shape that is not its own.
  it.each(promised)('comes true: %s becomes %s', (name, result) => {
    expect([...(seen.get(name) ?? [])]).toContain(result);
    const others = [...(seen.get(name) ?? [])].filter((each) => each !== result);
    expect(others.filter((each) => each !== 'unsupported')).toEqual([]);
  });
});

interface Item {
  readonly field: string;
  readonly message?: { readonly type?: string };
  readonly status?: { readonly status?: string };
}

function resultOf(event: ChannelEvent): string {
  if (event.kind === 'message') return event.content.type;
  return event.kind === 'status' ? event.status : event.kind;
}
