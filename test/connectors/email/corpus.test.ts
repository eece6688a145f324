import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bodyStart } from '#connectors/email/inbound/mime-head';
import { parse } from '#connectors/email/parser';
import { readNotification } from '#connectors/email/sns';
import { accounts, corpus, corpusFiles, inbox, readMail } from './inbox.ts';
import { collectedReplies } from './quotes/cases.ts';
import { judge, measure, totalOf } from './quotes/measure.ts';
import { ours } from './quotes/strippers.ts';

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

  it('all become a message or a report, and none with a body comes out empty', async () => {
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
    // Node decodes no UTF-7, no IBM850 and not the Hong Kong part of Big5.
    const wrong = judged.filter(
      (name) => !/^(?:right|not here|charset-(?:utf-7|ibm850|big5-hkscs))$/.test(name),
    );
    expect(wrong).toEqual([]);
    expect(judged.includes('right')).toBe(present);
  });
});

describe(`replies with their history${told}`, () => {
  const pairs = collectedReplies();

  it('are stripped exactly in nine of ten, and hardly ever lose a line', () => {
    const results = tally(pairs.map((pair) => `${pair.kind} ${judge(ours, pair)}`));
    console.log(`${pairs.length} replies:`, results);
    const total = totalOf(measure(ours, pairs));
    expect(pairs.length > 0).toBe(present);
    expect(total.exact).toBeGreaterThanOrEqual(pairs.length * 0.9);
    // Signatures that one collection keeps and another takes away.
    expect(total.lossy).toBeLessThanOrEqual(2);
  });
});
