import type { ConnectorId } from '#connectors/declarations';
import { canonicalJson } from '#shared/json';
import { harnesses } from '#test/connectors/harnesses';
import { fixtureCases, fixturesFolder } from '#test/support/connectors/fixtures';
import type { Harness } from '#test/support/connectors/harness';
import type { ContractCase } from '#test/support/connectors/rules';

/** One item as a door takes it out of a webhook, with everything normalize keeps of it. */
export interface Sample {
  readonly connector: ConnectorId;
  /** The file it comes from. */
  readonly name: string;
  /** Canonical JSON of the whole item. */
  readonly text: string;
  readonly payload: unknown;
  readonly raw?: Uint8Array;
}

/** The items of our own fixtures: the dictionary is made of them, and of nothing else. */
export function fixtureSamples(): readonly Sample[] {
  return samplesOf((bench, connector) => fixtureCases(bench, fixturesFolder(connector)));
}

/** The items of the recorded payloads beside the project, where they are there: the dictionary is measured on them. */
export function corpusSamples(): readonly Sample[] {
  return samplesOf((bench) => bench.corpus());
}

function samplesOf(
  casesOf: (harness: Harness, connector: ConnectorId) => readonly ContractCase[],
): readonly Sample[] {
  return (Object.keys(harnesses) as ConnectorId[]).flatMap((connector) =>
    casesOf(harnesses[connector], connector).flatMap((each) => itemsOf(connector, each)),
  );
}

function itemsOf(connector: ConnectorId, { name, receive, raw }: ContractCase): Sample[] {
  return receivable(receive).map(({ deduplicationId, payload }, position) => {
    const item = { connector, account: 'main', receivedAt, deduplicationId, payload };
    return {
      ...{ connector, name: `${name} ${position}`, text: canonicalJson(item), payload },
      ...(raw ? { raw } : {}),
    };
  });
}

const receivedAt = '2026-11-21T10:00:00.123Z';

/** A few recorded payloads are refused by the door on purpose. */
function receivable(receive: ContractCase['receive']) {
  try {
    return receive();
  } catch {
    return [];
  }
}
