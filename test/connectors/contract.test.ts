import { afterAll, describe, expect, it } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { parsers } from '#connectors/parsers';
import type { ChannelCapabilities, Declaration } from '#shared/connector/declaration';
import type { Channel } from '#shared/model/channel';
import { harnesses } from '#test/connectors/harnesses';
import { type Judged, judge } from '#test/support/connector-rules';
import { fixtureCases, fixturesFolder } from '#test/support/fixtures';
import { contract } from './contract/contract.ts';
import type { Subject } from './contract/contract-test.ts';
import { type Play, startPlay } from './contract/play.ts';

/** Runs the work once, however often it is asked for. */
function once<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let running: Promise<Value> | undefined;
  return () => {
    running ??= work();
    return running;
  };
}

async function judgedFixtures(connector: ConnectorId): Promise<readonly Judged[]> {
  const harness = harnesses[connector];
  const names = Object.keys(declarations[connector].channels) as Channel[];
  const cases = fixtureCases(harness, fixturesFolder(connector));
  return Promise.all(cases.map((each) => judge(each, parsers[connector], harness.account, names)));
}

describe.each(Object.keys(declarations) as ConnectorId[])('the connector %s', (connector) => {
  const declaration: Declaration = declarations[connector];
  const plays: Play[] = [];
  const subject: Subject = {
    ...{ connector, declaration, harness: harnesses[connector] },
    channels: Object.entries(declaration.channels) as [Channel, ChannelCapabilities][],
    fixtures: once(() => judgedFixtures(connector)),
    play: once(async () => {
      const play = await startPlay(connector);
      plays.push(play);
      return play;
    }),
  };
  afterAll(async () => {
    for (const play of plays) await play.stop();
  });

  const skipped = contract.flatMap(({ name, unless }) => {
    const reason = unless?.(subject);
    return reason === undefined ? [] : [{ name, reason }];
  });
  const reasons = new Set(skipped.map(({ reason }) => reason));
  const count = contract.length - skipped.length;
  console.log([`contract: ${connector}: ${count} of ${contract.length}`, ...reasons].join('; '));

  it('inherits at least 40 tests', () => {
    expect(count).toBeGreaterThanOrEqual(40);
  });

  it.each(contract)(
    '$name',
    async ({ unless, run }, { skip }) => {
      const reason = unless?.(subject);
      if (reason !== undefined) skip(reason);
      await run(subject);
    },
    120_000,
  );
});
