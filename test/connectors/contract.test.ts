import { afterAll, describe, expect, it } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { contract } from './contract/contract.ts';
import { openSubject } from './contract/subject.ts';

describe.each(Object.keys(declarations) as ConnectorId[])('the connector %s', (connector) => {
  const { subject, stop } = openSubject(connector);
  afterAll(stop);

  const reasons = contract.flatMap(({ unless }) => unless?.(subject) ?? []);
  const count = contract.length - reasons.length;
  console.log(
    [`contract: ${connector}: ${count} of ${contract.length}`, ...new Set(reasons)].join('; '),
  );

  it('inherits at least 40 tests', () => {
    expect(count).toBeGreaterThanOrEqual(40);
  });

  it.for(contract)('$name', { timeout: 120_000 }, async ({ unless, run }, { skip }) => {
    const reason = unless?.(subject);
    if (reason !== undefined) skip(reason);
    await run(subject);
  });
});
