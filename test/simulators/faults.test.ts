import { describe, expect, it } from 'vitest';
import { sortFault } from '#connectors/email/outbound/send-fault';
import { errorKind } from '#connectors/twilio/errors';
import { accountTroubles } from '#connectors/twitter/api/account-troubles';
import { rules } from '#connectors/twitter/outbound/refusals';
import { errorFamily } from '#connectors/whatsapp/error-codes';
import { classify as classifyAws } from '#connectors/whatsapp-aws/outbound/classify';
import { simulators } from '#infra/local/simulators/simulators';
import { quotedIn } from '#test/docs/pages/code-tables';
import { readPage, tableRows } from '#test/docs/pages/page';

const numbers = Array.from({ length: 200_000 }, (_, number) => number);
const kindsOf = (id: keyof typeof simulators) => simulators[id].faults.kinds;

/** Exceptions that the page of the channel names. */
const awsNames = tableRows(readPage('docs/channels/whatsapp.md'))
  .filter(({ header }) => header[0] === 'AWS says')
  .flatMap(({ cells }) => [...(cells[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name));

describe('docs/local.md', () => {
  it('names the faults of each simulator', () => {
    const usual = ['429', '500'];
    const rows = tableRows(readPage('docs/local.md')).filter(
      ({ header }) => header[0] === 'faults of',
    );
    const said = rows.map(({ cells }) => cells.map((cell) => quotedIn(cell).toSorted()));
    const all = Object.entries(simulators).map(([id, simulator]) => [
      [id],
      simulator.faults.kinds.filter((kind) => !usual.includes(kind)).toSorted(),
    ]);
    const byName = (rows: readonly unknown[]) =>
      rows.toSorted((one, other) => String(one).localeCompare(String(other)));
    expect(byName(said)).toEqual(byName(all));
  });
});

describe('an error that a connector tells apart', () => {
  it.each([
    // 200 stands for the hundred codes that mean the same.
    ['whatsapp', numbers.filter((each) => errorFamily(each) && (each <= 200 || each > 299))],
    ['twilio', numbers.filter((each) => errorKind(String(each)))],
    ['twitter', [...rules, ...accountTroubles].flatMap(({ codes = [] }) => codes)],
  ] as const)('can be played by %s', (id, codes) => {
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !kindsOf(id).includes(String(code)))).toEqual([]);
  });

  it('can be played by whatsapp-aws', () => {
    expect(awsNames.length).toBeGreaterThan(8);
    expect(awsNames.filter((name) => !kindsOf('whatsapp-aws').includes(name))).toEqual([]);
    const outcomes = kindsOf('whatsapp-aws').map((kind) => {
      const { status, headers = {}, body } = simulators['whatsapp-aws'].faults.answer(kind);
      return classifyAws({ status, headers: new Headers(headers), text: body }).kind;
    });
    expect(new Set(outcomes)).toEqual(
      new Set(['not_sent', 'account_paused', 'failed', 'uncertain']),
    );
  });

  it('can be played by email', () => {
    const outcomes = kindsOf('email').map((name) =>
      sortFault(Object.assign(new Error(), { name })),
    );
    const kinds = new Set(outcomes.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['not_sent', 'account_paused', 'failed', 'uncertain']));
  });
});
