import { type ConnectorId, declarations } from '#connectors/declarations';
import { parsers } from '#connectors/parsers';
import type { ChannelCapabilities, Declaration } from '#shared/connector/declaration';
import type { Channel } from '#shared/model/channel';
import { harnesses } from '#test/connectors/harnesses';
import { fixtureCases, fixturesFolder } from '#test/support/connectors/fixtures';
import { type Judged, judge } from '#test/support/connectors/rules';
import type { Subject } from './contract-test.ts';
import { type Play, startPlay } from './play.ts';

export interface OpenSubject {
  readonly subject: Subject;
  /** Stops the simulator, if a test has started it. */
  readonly stop: () => Promise<void>;
}

/** A connector as the contract asks it; its fixtures are read and its simulator is started when they are asked for. */
export function openSubject(connector: ConnectorId): OpenSubject {
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
  return {
    subject,
    stop: async () => {
      for (const play of plays) await play.stop();
    },
  };
}

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
