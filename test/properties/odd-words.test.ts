import { describe, expect, it } from 'vitest';
import type { ConnectorId } from '#connectors/declarations';
import { parsers } from '#connectors/parsers';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { storable } from '#shared/storable';
import { harnesses } from '#test/connectors/harnesses';
import { fixtureCases, fixturesFolder } from '#test/support/connectors/fixtures';

/** Names that every object has, although nobody has written them into it. */
const oddWords = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

/** The same JSON with one of its words, or the ending of one, replaced by each of the odd ones. */
function withOddWords(value: unknown): unknown[] {
  const json = JSON.stringify(value);
  const words = new Set([...json.matchAll(/["./]([A-Za-z][\w-]{1,40})"/g)].map(([, word]) => word));
  return [...words].flatMap((word) =>
    oddWords.map((odd) =>
      JSON.parse(json.replaceAll(new RegExp(`(?<=["./])${word}(?=")`, 'g'), odd)),
    ),
  );
}

function withoutBytes(events: readonly ChannelEvent[]): readonly ChannelEvent[] {
  return events.map((event) =>
    event.kind === 'message'
      ? { ...event, attachments: event.attachments.map(({ bytes: _, ...file }) => file) }
      : event,
  );
}

/** Every payload of the fixtures, with what is kept beside it. */
function payloadsOf(connector: ConnectorId) {
  const cases = fixtureCases(harnesses[connector], fixturesFolder(connector));
  return cases.flatMap(({ receive, raw }) =>
    receive().flatMap(({ payload }) =>
      withOddWords(payload).map((odd) => ({ payload: odd, ...(raw ? { raw } : {}) })),
    ),
  );
}

describe.each(Object.keys(harnesses) as ConnectorId[])('the parser of %s', (connector) => {
  it('reads every word of its fixtures as an odd one, or says that it cannot', async () => {
    const { account } = harnesses[connector];
    let read = 0;
    for (const given of payloadsOf(connector)) {
      try {
        const events = storable(await parsers[connector]({ ...given, account }));
        // A function, or what every object has, would be lost here. The bytes of a file are no words.
        const told = storable(withoutBytes(events));
        expect(JSON.parse(JSON.stringify(told))).toEqual(told);
        read += 1;
      } catch (fault) {
        if (!(fault instanceof ConnectorError)) throw fault;
      }
    }
    expect(read).toBeGreaterThan(100);
  }, 60_000);
});
