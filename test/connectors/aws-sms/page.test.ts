import { describe, expect, it } from 'vitest';
import { meaningOf } from '#connectors/aws-sms/delivery-events';
import { classify } from '#connectors/aws-sms/outbound/classify';
import { faults } from '#infra/local/simulators/aws-sms/errors';
import { quotedIn } from '#test/docs/pages/code-tables';
import { type Page, readPage, tableRows } from '#test/docs/pages/page';

const page = readPage('docs/channels/aws-sms.md');

function rowsUnder(from: Page, header: string) {
  const rows = tableRows(from).filter((row) => row.header[0] === header);
  if (rows.length === 0) throw new Error(`${from.path} has no table under "${header}"`);
  return rows.map(({ cells }) => cells);
}

/** The words of the page for each kind of outcome. */
const outcomes: Readonly<Record<string, RegExp>> = {
  ...{ account_paused: /^account paused/, not_sent: /^not sent/ },
  ...{ failed: /^failed/, uncertain: /^uncertain/ },
};

/** What the page says of a fault that the simulator plays, and the source does not. */
function faultProblems(from: Page): string[] {
  return rowsUnder(from, 'AWS says').flatMap(([names = '', told = '', code = '']) =>
    quotedIn(names).flatMap((name) => {
      const { status, headers = {}, body } = faults.answer(name);
      const outcome = classify(
        { kind: 'answer', status, headers: new Headers(headers), text: body },
        '+1',
      );
      const error = outcome.kind === 'sent' ? undefined : outcome.error;
      const alerts = 'accountTrouble' in outcome && outcome.accountTrouble === true;
      const isSaid =
        outcomes[outcome.kind]?.test(told) &&
        `\`${error?.code}\`` === code &&
        alerts === told.includes('alert');
      return isSaid ? [] : [`${name} is ${outcome.kind}, \`${error?.code}\``];
    }),
  );
}

function eventProblems(from: Page): string[] {
  const failing = rowsUnder(from, 'event').flatMap(([names = '', code = '']) =>
    quotedIn(names).map((name) => [name, code, names.includes('raises an alert')] as const),
  );
  return failing.flatMap(([name, code, alerts]) => {
    const { error, accountTrouble } = meaningOf(`TEXT_${name}`) ?? meaningOf(`MEDIA_${name}`) ?? {};
    const isSaid = `\`${error?.code}\`` === code && alerts === (accountTrouble ?? false);
    return isSaid ? [] : [`${name} is \`${error?.code}\``];
  });
}

const changed = (from: string, to: string): Page => {
  if (!page.text.includes(from)) throw new Error(`the page does not say ${from}`);
  return { ...page, text: page.text.replace(from, to) };
};

describe('the page of the channel', () => {
  it('says of each exception and reason what becomes of the reply', () => {
    expect(faultProblems(page)).toEqual([]);
    expect(
      faultProblems(changed('| `MAXIMUM_SIZE_EXCEEDED`', '| `MEDIA_TYPE_NOT_SUPPORTED`')),
    ).toEqual(['MEDIA_TYPE_NOT_SUPPORTED is failed, `media_rejected`']);
    expect(faultProblems(changed('failed, and an alert', 'failed')).length).toBeGreaterThan(5);
  });

  it('says of each event what it means', () => {
    expect(eventProblems(page)).toEqual([]);
    expect(eventProblems(changed('| `SPAM` |', '| `BLOCKED` |'))).toEqual([
      'BLOCKED is `recipient_unreachable`',
    ]);
    const rows = rowsUnder(page, 'event of a message, without its prefix');
    const said = rows.flatMap(([names = '', status = '']) =>
      quotedIn(names).map((name) => [name, status] as const),
    );
    expect(said.length).toBeGreaterThan(4);
    for (const [name, status] of said) {
      expect(`\`${meaningOf(`TEXT_${name}`)?.status}\``, name).toBe(status);
    }
  });
});
