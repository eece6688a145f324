import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { htmlToText } from '#connectors/email/inbound/html-text';
import { bodyStart } from '#connectors/email/inbound/mime-head';
import { stripQuotes } from '#connectors/email/inbound/quotes/strip-quotes';
import { parse } from '#connectors/email/parser';
import { readNotification } from '#connectors/email/sns';
import { accounts, corpus, corpusFiles, inbox, readMail } from './inbox.ts';

const present = existsSync(corpus);
const told = present ? '' : ' (0 cases: the corpus is not here)';

/** Mails whose body says nothing to a reader: empty parts, an HTML page that is only a title. */
const wordless =
  /^(?:cpython\/msg_(?:08|09|12|12a|18|35)|mailparser\/htmllargecallstack|mikel-mail\/error_emails_(?:missing_body|must_supply_encoding|empty_in_reply_to|bad_date_header2?))\.eml$/;

/** Counts by name, for the line each test prints. */
function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe(`notifications of SES${told}`, () => {
  // The samples' own senders, so that their events are somebody's.
  const senders = [
    'sender@example.com',
    'kijitora@neko.example.org',
    'john@example.com',
    'support@acme.example',
  ];
  const all = [
    ...accounts,
    ...senders.map((address) => ({ account: address, settings: { address } })),
  ];

  /** The text of each SNS message: what a queue event holds in its records, else the whole file. */
  function textsOf(bytes: Buffer): string[] {
    const value = JSON.parse(bytes.toString('utf8')) as { Records?: { body?: string }[] };
    const bodies = (value.Records ?? []).flatMap(({ body }) => (body === undefined ? [] : [body]));
    return bodies.length > 0 ? bodies : [bytes.toString('utf8')];
  }

  async function fateOf(text: string): Promise<string[]> {
    const routed = readNotification(text, all);
    if ('ignored' in routed) return [`ignored ${routed.ignored}`];
    return Promise.all(
      routed.items.map(async ({ item }) => {
        if (item.unreadable !== undefined) return 'quarantined';
        const { kind } = item.payload as { kind: string };
        if (kind === 'event') {
          expect((await parse({ payload: item.payload, account: inbox })).length).toBeGreaterThan(
            0,
          );
        }
        return `read ${kind}`;
      }),
    );
  }

  it('are read, ignored by name, or quarantined, and none throws', async () => {
    const texts = corpusFiles('ses', /^(?!index).*\.json$/).flatMap(({ bytes }) => textsOf(bytes));
    const counts = tally((await Promise.all(texts.map(fateOf))).flat());
    console.log(`${texts.length} notifications:`, counts);
    expect(texts.length > 0).toBe(present);
    expect((counts['read event'] ?? 0) >= 30).toBe(present);
    expect(counts['quarantined'] ?? 0).toBeLessThanOrEqual(5);
  });
});

describe(`collected mails${told}`, () => {
  const folders =
    'authored chatwoot cpython flanker mailparser mikel-mail postal-mime sisimai stalwart talon';
  const mails = folders.split(' ').flatMap((folder) => corpusFiles(folder, /\.(?:eml|txt)$/));

  async function fateOf({ name, bytes }: { name: string; bytes: Buffer }): Promise<string> {
    const event = await readMail(bytes);
    if (event.kind !== 'message') return event.kind;
    if (event.content.type === 'unsupported') return 'unsupported';
    const silent = event.text === '' && event.attachments.length === 0;
    const hasBody = bytes.subarray(bodyStart(bytes)).toString().trim() !== '';
    return silent && hasBody && !wordless.test(name) ? `empty ${name}` : 'message';
  }

  it('all become a message, and none with a body comes out empty', async () => {
    const fates: string[] = [];
    for (const mail of mails) fates.push(await fateOf(mail));
    const counts = tally(fates);
    console.log(`${mails.length} mails:`, counts);
    expect(mails.length > 0).toBe(present);
    expect(Object.keys(counts).filter((fate) => fate.startsWith('empty'))).toEqual([]);
    expect(counts['unsupported'] ?? 0).toBeLessThanOrEqual(2);
  });

  it('have the text and the sender that were expected', async () => {
    const [file] = corpusFiles('authored', /^expected\.json$/);
    const expected = JSON.parse(file?.bytes.toString('utf8') ?? '{}') as Record<
      string,
      { text?: string; from_addr?: string }
    >;
    const judged = await Promise.all(
      Object.entries(expected).map(async ([name, { text, from_addr }]) => {
        const [mail] = corpusFiles('authored', new RegExp(`^${name}\\.eml$`));
        const event = mail && (await readMail(mail.bytes));
        if (event?.kind !== 'message') return 'not here';
        const right = [
          text?.trim() ?? event.text,
          from_addr ?? event.customer.identities[0].address,
        ];
        return event.text === right[0] && event.customer.identities[0].address === right[1]
          ? 'right'
          : name;
      }),
    );
    console.log('expectations:', tally(judged));
    const wrong = judged.filter((name) => name !== 'right' && name !== 'not here');
    expect(wrong).toEqual([]);
    expect(judged.includes('right')).toBe(present);
  });
});

interface Pair {
  readonly name: string;
  readonly source: string;
  readonly kind: 'text' | 'html';
  readonly input: string;
  readonly expected: string;
}

describe(`replies with their history${told}`, () => {
  const folder = join(corpus, 'replies');
  const index = join(folder, 'index.json');
  const pairs = existsSync(index) ? (JSON.parse(readFileSync(index, 'utf8')) as Pair[]) : [];
  const read = (path: string) => readFileSync(join(folder, path), 'utf8').replaceAll('\r\n', '\n');
  const tidy = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .replace(/\n{2,}/g, '\n\n')
      .trim();

  function judge({ input, expected }: Pair): 'exact' | 'lossy' | 'leaky' {
    const got = tidy(stripQuotes(read(input)).visible);
    const wanted = tidy(read(expected));
    if (got === wanted) return 'exact';
    const lines = new Set(got.split('\n').map((line) => line.trim()));
    return wanted.split('\n').every((line) => line === '' || lines.has(line.trim()))
      ? 'leaky'
      : 'lossy';
  }

  it('are stripped exactly in nine of ten, and hardly ever lose a line', () => {
    const text = pairs.filter(({ kind }) => kind === 'text');
    const counts = tally(text.map(judge));
    console.log(`${text.length} text replies:`, counts);
    expect(text.length > 0).toBe(present);
    expect(counts['exact'] ?? 0).toBeGreaterThanOrEqual(text.length * 0.9);
    // Signatures that one collection keeps and another takes away.
    expect(counts['lossy'] ?? 0).toBeLessThanOrEqual(3);
  });

  it('are stripped out of HTML in most cases', () => {
    const html = pairs.filter(({ kind }) => kind === 'html');
    const squeeze = (text: string) => text.replace(/\s+/g, '');
    const exact = html.filter(({ input, expected }) => {
      const wanted = read(expected);
      const got = stripQuotes(htmlToText(read(input))).visible;
      return squeeze(got) === squeeze(wanted.includes('<') ? htmlToText(wanted) : wanted);
    });
    console.log(`${html.length} HTML replies: ${exact.length} exact`);
    expect(html.length > 0).toBe(present);
    expect(exact.length >= html.length * 0.7).toBe(true);
  });
});
