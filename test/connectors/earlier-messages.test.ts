import { describe, expect, it } from 'vitest';
import { namesEarlierMessages } from '#connectors/capabilities';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { carriedBy } from '#test/guards/room-rules';
import { sourceFiles } from '#test/guards/tree-rules';

const project = new URL('../..', import.meta.url).pathname;

/** What a route tells of earlier messages, which `send` reads only for connectors that declare it. */
const named = /providerMessageIds|lastInboundProviderMessageId/;

describe.each(Object.keys(declarations) as ConnectorId[])('%s', (id) => {
  it('declares whether its replies name earlier messages', () => {
    const folders = [id, carriedBy[id] ?? id].map((each) => `connectors/${each}`);
    const sources = sourceFiles(project, folders);
    expect(sources.some(({ text }) => named.test(text))).toBe(namesEarlierMessages(id));
  });
});
