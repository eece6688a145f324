import { describe, expect, it } from 'vitest';
import { htmlToText } from '#connectors/email/inbound/html-text';
import { stripQuotes } from '#connectors/email/inbound/quotes/strip-quotes';
import { ownReplies, ownWords, type QuoteCase } from './cases.ts';
import { judge, missingLines, type Strip } from './measure.ts';
import { ours } from './strippers.ts';

const mails = ownWords();
const replies = ownReplies();
const languages = [...new Set(mails.map(({ language }) => language))];
const lostIn = (strip: Strip, cases: readonly QuoteCase[]) =>
  cases
    .filter(({ mail, kind }) => missingLines(strip(mail, kind), mail).length > 0)
    .map(({ language, name }) => `${language}: ${name}`);

/** The same mail as a program writes it in HTML: a `div` for each line. */
function asHtml(mail: string): string {
  const escaped = mail.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .split('\n')
    .map((line) => `<div>${line || '<br>'}</div>`)
    .join('\n');
}

describe("mails that are wholly the customer's own", () => {
  it('are many, in many languages', () => {
    expect(mails.length).toBeGreaterThanOrEqual(100);
    expect(languages.length).toBeGreaterThanOrEqual(10);
  });

  it.each(languages)('lose no line: %s', (language) => {
    const cases = mails.filter((each) => each.language === language);
    expect(lostIn(ours, cases)).toEqual([]);
    for (const { mail } of cases) expect(stripQuotes(mail).visible).toBe(mail.trim());
  });

  it('lose none as HTML, and none with the line ends of the network', () => {
    const html: Strip = (mail) => stripQuotes(htmlToText(asHtml(mail))).visible;
    // White space collapses in HTML, also the blank of `-- `.
    expect(
      lostIn(
        html,
        mails.filter(({ mail }) => !/ {2}/.test(mail)),
      ),
    ).toEqual([]);
    const network: Strip = (mail) => stripQuotes(mail.replaceAll('\n', '\r\n')).visible;
    expect(lostIn(network, mails)).toEqual([]);
  });

  it('are noticed when a line is hidden', () => {
    const tooEager: Strip = (mail) => mail.replace(/^(?:>|--).*$/gm, '');
    expect(lostIn(tooEager, mails).length).toBeGreaterThan(20);
    expect(lostIn((mail) => mail, mails)).toEqual([]);
  });
});

describe('true replies in the same languages', () => {
  it.each(languages)('lose their history: %s', (language) => {
    const cases = replies.filter((each) => each.language === language);
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.filter((each) => judge(ours, each) !== 'exact')).toEqual([]);
  });

  it('are noticed when everything is shown', () => {
    expect(replies.filter((each) => judge((mail) => mail, each) === 'exact')).toEqual([]);
  });
});
