import { describe, expect, it } from 'vitest';
import { deliveryError as twilioError } from '#connectors/twilio/errors';
import { accountTroubles } from '#connectors/twitter/api/account-troubles';
import { openOutcome, rules, unknownRefusal } from '#connectors/twitter/outbound/refusals';
import { errorFamily } from '#connectors/whatsapp/error-codes';
import { classify as classifyAws } from '#connectors/whatsapp-aws/outbound/classify';
import { quotedIn } from './pages/code-tables.ts';
import { type Page, type Row, readPage, tableRows } from './pages/page.ts';

const sms = readPage('docs/channels/sms.md');
const whatsapp = readPage('docs/channels/whatsapp.md');
const twitter = readPage('docs/channels/twitter.md');

/** The rows of the one table whose first header is this. */
function rowsUnder(page: Page, first: string): Row[] {
  const rows = tableRows(page).filter(({ header }) => header[0] === first);
  if (rows.length === 0) throw new Error(`${page.path} has no table that begins with "${first}"`);
  return rows;
}

const at = (page: Page, { line }: Row) => `${page.path}:${line}`;

/** `131052, 200–202` as single numbers. Other words are passed over. */
function numbersIn(cell: string): number[] {
  return cell.split(/[,;]/).flatMap((each) => {
    const [, from, to] = /^ *(\d+)(?:–(\d+))?(?: \([^)]*\))? *$/.exec(each) ?? [];
    if (from === undefined) return [];
    const count = Number(to ?? from) - Number(from) + 1;
    return Array.from({ length: count }, (_, index) => Number(from) + index);
  });
}

/** Twilio's codes of which the page says something else than the source. */
function twilioProblems(page: Page): string[] {
  return rowsUnder(page, '`errors[].code`').flatMap((row) => {
    const [said = '', codes = ''] = row.cells;
    return numbersIn(codes).flatMap((number) => {
      const { code } = twilioError(String(number));
      return quotedIn(said).includes(code)
        ? []
        : [`${at(page, row)}: ${number} is \`${code}\` (connectors/twilio/errors.ts)`];
    });
  });
}

/** What the page calls the outcome of a family of Meta's codes. */
const outcomes: Readonly<Record<string, RegExp>> = {
  account_paused: /^account paused/,
  not_sent: /^not sent/,
  failed: /^failed/,
  server: /^uncertain with HTTP 5xx, else not sent$/,
};

/** A row may speak of two codes, with a semicolon between what is said of each. */
function metaRows(page: Page): { row: Row; number: number; outcome: string; code: string }[] {
  return rowsUnder(page, "Meta's codes").flatMap((row) => {
    const [numbers = '', told = '', codes = ''] = row.cells;
    return numbers.split(';').flatMap((part, index) =>
      numbersIn(part).map((number) => ({
        row,
        number,
        outcome: told,
        code: quotedIn(codes)[index] ?? '',
      })),
    );
  });
}

function metaProblems(page: Page): string[] {
  const said = metaRows(page);
  const wrong = said.flatMap(({ row, number, outcome, code }) => {
    const family = errorFamily(number);
    return family?.code === code && outcomes[family.outcome]?.test(outcome)
      ? []
      : [`${at(page, row)}: ${number} is ${family?.outcome}, \`${family?.code}\` (error-codes.ts)`];
  });
  const known = Array.from({ length: 200_000 }, (_, number) => number).filter(errorFamily);
  const listed = new Set(said.map(({ number }) => number));
  return [
    ...wrong,
    ...known
      .filter((number) => !listed.has(number))
      .map((number) => `${page.path} has no row for ${number}, \`${errorFamily(number)?.code}\``),
  ];
}

const awsOutcomes: Readonly<Record<string, RegExp>> = {
  ...outcomes,
  uncertain: /^uncertain/,
};

function awsProblems(page: Page): string[] {
  return rowsUnder(page, 'AWS says').flatMap((row) => {
    const [names = '', told = '', code = ''] = row.cells;
    return quotedIn(names).flatMap((name) => {
      const headers = new Headers({ 'x-amzn-errortype': name });
      const outcome = classifyAws({ status: 418, headers, text: '' });
      const error = outcome.kind === 'sent' ? undefined : outcome.error;
      return awsOutcomes[outcome.kind]?.test(told) && `\`${error?.code}\`` === code
        ? []
        : [`${at(page, row)}: ${name} is ${outcome.kind}, \`${error?.code}\` (aws-classify.ts)`];
    });
  });
}

const xOutcomes: Readonly<Record<string, string>> = {
  not_sent: 'waits and tries again',
  account_paused: 'account paused',
  failed: 'failed',
  uncertain: 'uncertain',
};

function xProblems(page: Page): string[] {
  const rows = rowsUnder(page, 'outcome');
  const paused = accountTroubles.map(({ code }) => ({ kind: 'account_paused' as const, code }));
  return [openOutcome, ...rules, ...paused, unknownRefusal].flatMap(({ kind, code }) => {
    const row = rows.find(({ cells }) => cells[0] === xOutcomes[kind]);
    return quotedIn(row?.cells[2] ?? '').includes(code)
      ? []
      : [
          `${page.path} does not say that \`${code}\` is ${kind} (outbound/refusals.ts, api/account-troubles.ts)`,
        ];
  });
}

const changed = (page: Page, from: string, to: string): Page => {
  if (!page.text.includes(from)) throw new Error(`${page.path} does not say ${from}`);
  return { ...page, text: page.text.replace(from, to) };
};

describe('what the channel pages say of their providers’ codes', () => {
  it('is what the source says of Twilio’s', () => {
    expect(twilioProblems(sms)).toEqual([]);
    expect(twilioProblems(changed(sms, ' | 20003 | ', ' | 20005 | '))).toEqual([
      expect.stringMatching(/^docs\/channels\/sms\.md:\d+: 20005 is `account_restricted`/),
    ]);
  });

  it('is what the source says of Meta’s, all of them', () => {
    expect(metaProblems(whatsapp)).toEqual([]);
    expect(metaProblems(changed(whatsapp, '| 131047 | failed |', '| 131053 | failed |'))).toEqual([
      expect.stringMatching(
        /^docs\/channels\/whatsapp\.md:\d+: 131053 is failed, `media_rejected`/,
      ),
      'docs/channels/whatsapp.md has no row for 131047, `reply_window_closed`',
    ]);
  });

  it('is what the source says of AWS’s', () => {
    expect(awsProblems(whatsapp)).toEqual([]);
    expect(
      awsProblems(changed(whatsapp, '| `AccessDeniedException`', '| `ValidationException`')),
    ).toEqual([expect.stringMatching(/: ValidationException is failed, `request_rejected`/)]);
  });

  it('is what the source says of X’s refusals', () => {
    expect(xProblems(twitter)).toEqual([]);
    expect(
      xProblems(changed(twitter, '`credits_depleted`; `account', '`another`; `account')),
    ).toEqual(
      // One for each of the three ways in which credits are used up.
      Array(3).fill(
        'docs/channels/twitter.md does not say that `credits_depleted` is account_paused (outbound/refusals.ts, api/account-troubles.ts)',
      ),
    );
  });
});
