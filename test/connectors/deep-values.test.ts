import { describe, expect, it } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import type { Parse } from '#shared/connector/parser';
import { harnesses } from '#test/connectors/harnesses';
import { replacedMembers } from '#test/support/webhooks/deep-values';
import { readDeep } from './contract/deep-reading.ts';

describe('the contract on deep members', () => {
  it('sees a parser that follows the depth to the end of the call stack', async () => {
    const [connector] = Object.keys(declarations) as [ConnectorId];
    const parse: Parse = ({ payload }) => {
      const follow = (value: unknown): number =>
        typeof value === 'object' && value !== null
          ? Math.max(0, ...Object.values(value).map(follow)) + 1
          : 0;
      follow(payload);
      return [];
    };
    const subject = { connector, harness: harnesses[connector] };
    const { faults } = await readDeep(subject, { levels: 50_000, count: 1, parse });
    expect(faults.join()).toContain('RangeError');
  });

  it('replaces every member, within JSON and forms that are texts too', () => {
    const paths = (value: unknown) => [...replacedMembers(value, 0)].map(({ path }) => path);
    expect(paths({ a: [{ b: 1 }], c: '{"d":2}', e: '{' })).toEqual([
      ...['a', 'a.0', 'a.0.b', 'c', 'c.d', 'e'],
    ]);
    expect([...replacedMembers('a=1&b=2', [0])].map(({ value }) => value())).toEqual([
      'a=%5B0%5D&b=2',
      'a=1&b=%5B0%5D',
    ]);
    expect([...replacedMembers({ c: '{"d":2}' }, 0)].at(-1)?.value()).toEqual({ c: '{"d":0}' });
  });
});
