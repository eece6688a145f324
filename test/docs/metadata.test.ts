import { describe, expect, it } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { parsers } from '#connectors/parsers';
import type { ChannelEvent } from '#shared/connector/channel-event';
import type { Channel } from '#shared/model/channel';
import { harnesses } from '#test/connectors/harnesses';
import { fixtureCases, fixturesFolder } from '#test/support/connectors/fixtures';
import { judge } from '#test/support/connectors/rules';
import { readPage } from './pages/page.ts';

/** The names of metadata that a connector has given to messages and statuses of its own fixtures. */
async function namesOf(connector: ConnectorId): Promise<string[]> {
  const channels = Object.keys(declarations[connector].channels) as Channel[];
  const { account } = harnesses[connector];
  const names = new Set<string>();
  for (const each of fixtureCases(harnesses[connector], fixturesFolder(connector))) {
    const { events } = await judge(each, parsers[connector], account, channels);
    for (const name of events.flatMap(metadataNames)) names.add(name);
  }
  return [...names].toSorted();
}

function metadataNames(event: ChannelEvent): string[] {
  return 'metadata' in event ? Object.keys(event.metadata ?? {}) : [];
}

const unnamed = (names: readonly string[], text: string) =>
  names.filter((name) => !text.includes(`\`${name}\``) && !text.includes(`\`metadata.${name}`));

describe('metadata', () => {
  it.each(Object.keys(declarations) as ConnectorId[])(
    'of %s has each of its names on the page of its channel',
    async (connector) => {
      const names = await namesOf(connector);
      expect(unnamed(names, readPage(harnesses[connector].page).text)).toEqual([]);
    },
  );

  it('is given by most connectors', async () => {
    const all = await Promise.all((Object.keys(declarations) as ConnectorId[]).map(namesOf));
    expect(all.flat().length).toBeGreaterThan(5);
  });

  it('that a page does not name is found', () => {
    expect(unnamed(['attempt', 'sentBy'], 'metadata: `attempt`')).toEqual(['sentBy']);
  });
});
