import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { failpoints } from '#shared/failpoint';
import { quotedIn } from './pages/code-tables.ts';
import { missingFiles, sourceWords, unknownNames, unknownWords } from './pages/names.ts';
import { allPages, type Page, readPage, root, tableRows } from './pages/page.ts';

const pages = allPages();
const local = readPage('docs/local.md');
const planted = (text: string): Page => ({ ...local, text: `${local.text}\n${text}\n` });
const sourceOf = (path: string) => readFileSync(join(root, path), 'utf8');

describe('files', () => {
  it('that are named are there', () => {
    expect(pages.flatMap(missingFiles)).toEqual([]);
  });

  it.each(['`infra/gone.ts`', '`ledger/gone.ts`', '`connectors/<id>/gone.ts`', '`test/gone`'])(
    'are noticed when they are not: %s',
    (text) => expect(missingFiles(planted(text))).toEqual([expect.stringContaining('gone')]),
  );
});

describe('words between backticks', () => {
  /** Of AWS, of Meta, of the DNS, of programs. */
  const foreign = [
    ...['feedback-smtp', 'spf1', 'include', '_dmarc', 'DMARC1', 'rua', 'dropSpam', 'tmp'],
    ...['_domainkey', 'winmail', 'dat', 'smtp_url', 'ssl_starttls', 'ssl_force_tls'],
    ...['describe-active-receipt-rule-set', 'PublishExpired', 'PublishFailure'],
    ...['whatsapp_business_management', 'openssl', 'rand', 'NumberOfMessagesPublished'],
    ...['GetWhatsAppMessageMedia', 'StartMessageMoveTask', 'TransactionInProgress', 'mailto'],
    ...['user_changed_number', 'Content-Disposition', 'ResponseContentDisposition', 'nonce'],
    ...[
      'X-Hub-Signature',
      'EBADENGINE',
      'diff',
      'no-git-tag-version',
      'brew',
      'nubo-db',
      'tap',
      'command',
      'v',
    ],
  ];
  /** Ends of header names, outputs (contracts.test.ts looks for them), what somebody says. */
  const parts = [
    ...[
      'Spf',
      'Dkim',
      'Virus',
      'WhatsappShopWebhookUrl',
      'WhatsappAwsTopicArn',
      'AwsSmsTopicArn',
      'NormalizedQueueUrl',
      'RepliesQueueUrl',
      'DE',
      'hello',
      'DHL',
      'fallbackTemplat',
    ],
    ...['fred', 'group_', 'AC-'],
    // The command lines of AWS and CDK.
    ...[
      'AWS_PROFILE',
      'sts',
      'get-caller-identity',
      'bootstrap',
      'email-identity',
      'email-address',
    ],
    ...['get-email-identity', 'create-email-identity', 'delete-suppressed-destination'],
    ...['put-email-identity-mail-from-attributes', 'mail-from-domain'],
    ...['put-email-identity-feedback-attributes', 'no-email-forwarding-enabled'],
    // Labels of a name in HELO.
    ...['spf-gray', 'dmarc-policy-reject', 'dkim-processing-failed'],
  ];
  const others = new Set([...foreign, ...parts]);
  let product: ReadonlySet<string>;
  let everything: ReadonlySet<string>;
  beforeAll(() => {
    const sources = ['{infra,connectors,functions,shared}/**/*.{ts,cjs}', 'package.json'];
    product = sourceWords(sources);
    everything = sourceWords([...sources, 'test/**/*.ts', '.ci/*', 'biome.json']);
  });

  it('are words of the sources', () => {
    // The pages for who works on the project speak of its tests too.
    const known = ({ path }: Page) =>
      /reliability|architecture|decisions|contributing|^[A-Z]+\.md/.test(path)
        ? everything
        : product;
    expect(pages.flatMap((page) => unknownWords(page, known(page), others))).toEqual([]);
  });

  it('are noticed when they are not', () => {
    expect(unknownWords(planted('`madeUpHere`'), product, others)).toEqual([
      expect.stringMatching(/^docs\/local\.md:\d+: no source knows "madeUpHere"/),
    ]);
  });
});

describe('the variables of npm start', () => {
  const rows = tableRows(local).filter(({ heading }) => heading === 'Options');
  const named = rows.flatMap(({ cells }) => /^`([A-Z_]+)`$/.exec(cells[0] ?? '')?.[1] ?? []);

  it('are those that it tells of itself, and the one of the emulator', () => {
    const usage = sourceOf('infra/local/start-options.ts').matchAll(/^ {2}([A-Z_]+) {2}/gm);
    const told = [...usage].map(([, name]) => name);
    expect(told.length).toBeGreaterThan(3);
    expect(named.toSorted()).toEqual([...told, 'DYNOXIDE_BIN'].toSorted());
    expect(sourceOf('infra/local/emulators/dynoxide.ts')).toContain('DYNOXIDE_BIN');
  });
});

describe('the failpoints', () => {
  const shape = /^(?:receive|normalize|update|publish|accept|send|sweep)\.[a-z]+[A-Z]\w+$/;
  const sources = new Set<string>(failpoints);

  it('on the page are those of the sources', () => {
    const rows = tableRows(readPage('docs/reliability.md'));
    const named = rows
      .filter(({ header }) => header[0] === 'failpoint')
      .flatMap(({ cells }) => quotedIn(cells[0] ?? ''));
    expect(named.toSorted()).toEqual([...sources].toSorted());
    expect(pages.flatMap((page) => unknownNames(page, shape, sources))).toEqual([]);
    expect(unknownNames(planted('`send.beforeGone`'), shape, sources)).toHaveLength(1);
  });
});
