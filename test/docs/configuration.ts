import { runInNewContext } from 'node:vm';
import { Template } from 'aws-cdk-lib/assertions';
import * as core from 'zod/v4/core';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { defineStage, type StageInput } from '#infra/cdk/config/stage';
import type { Declaration } from '#shared/connector/declaration';
import { appWithStage } from '#test/infra/synthesis';
import { type Block, type Page, tableRows } from './pages/page.ts';

/** The connectors whose accounts and secrets a page explains; the first one's secret is shown. */
export const connectorsOf: Readonly<Record<string, readonly ConnectorId[]>> = {
  'docs/channels/whatsapp.md': ['whatsapp', 'whatsapp-aws'],
  'docs/channels/sms.md': ['twilio'],
  'docs/channels/aws-sms.md': ['aws-sms'],
  'docs/channels/twitter.md': ['twitter'],
  'docs/channels/telegram.md': ['telegram'],
  'docs/channels/email.md': ['email'],
};

const place = ({ page, line }: Block) => `${page.path}:${line}`;

/** What is wrong with a block of configuration, and nothing where it loads and synthesizes. */
export function configurationProblems(block: Block): string[] {
  try {
    if (block.language === 'ts') synthesize(block);
    else if (block.language === 'json') readSecret(block);
    else return [`${place(block)}: no test knows a block of ${block.language || 'no language'}`];
    return [];
  } catch (fault) {
    return [`${place(block)}: ${fault instanceof Error ? fault.message : fault}`];
  }
}

/** An account, or a part of a stage. */
function synthesize({ code }: Block): void {
  const given: unknown = JSON.parse(
    JSON.stringify(runInNewContext(/^\s*\{/.test(code) ? `(${code})` : `({${code}})`)),
  );
  const part = Object(given);
  const value = 'connector' in part ? { accounts: [part] } : part;
  const stage = defineStage({ stage: 'docs', ...value } as StageInput);
  const { core: stack, mail } = appWithStage(stage);
  for (const each of mail ? [stack, mail] : [stack]) Template.fromStack(each);
}

/** Long enough for any key, and of the letters that ids are made of. */
const filler = '0123456789abcdef0123456789abcdef';

function readSecret({ code, page }: Block): void {
  const [connector] = connectorsOf[page.path] ?? [];
  if (!connector) throw new Error('no connector has its secret on this page');
  const { credentials }: Declaration = declarations[connector];
  if (!credentials) throw new Error(`${connector} has no secret`);
  const value: unknown = JSON.parse(code.replaceAll('…', filler));
  const read = core.safeParse(credentials, value);
  if (!read.success) throw new Error(read.error.issues.map(({ message }) => message).join('; '));
  const known = keysOf(credentials);
  const unknown = Object.keys(Object(value)).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`${connector} reads no ${unknown.join(', ')}`);
}

function keysOf(schema: core.$ZodType): string[] {
  if (!(schema instanceof core.$ZodObject)) throw new Error('not the schema of an object');
  return Object.keys(schema._zod.def.shape);
}

/** Settings that a page does not name, and rows of its table of settings that no schema has. */
export function settingProblems(page: Page, connectors: readonly ConnectorId[]): string[] {
  const declared = connectors.flatMap((id): string[] => {
    const { account, credentials }: Declaration = declarations[id];
    return [...keysOf(account), ...(credentials ? keysOf(credentials) : [])];
  });
  // In a block of code as well: the account of X has no table.
  const isNamed = (key: string) => new RegExp(`\\b${key}\\b`).test(page.text);
  const rows = tableRows(page).filter(({ header }) => header[0] === 'setting');
  const listed = rows.flatMap(({ cells, line }) =>
    [...(cells[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, key = '']) => ({ key, line })),
  );
  return [
    ...declared
      .filter((key) => !isNamed(key))
      .map((key) => `${page.path} does not name \`${key}\` of ${connectors.join(', ')}`),
    ...listed
      .filter(({ key }) => !declared.includes(key))
      .map(({ key, line }) => `${page.path}:${line}: ${connectors.join(', ')} reads no \`${key}\``),
    ...rows.flatMap((row) => defaultProblems(page, row, connectors)),
  ];
}

/** The column of defaults, where a table has one. */
function defaultProblems(
  page: Page,
  { cells, header, line }: { cells: readonly string[]; header: readonly string[]; line: number },
  [connector]: readonly ConnectorId[],
): string[] {
  const said = cells[header.indexOf('default')]?.split(',', 1)[0]?.replaceAll('`', '');
  const key = cells[0]?.replaceAll('`', '') ?? '';
  if (said === undefined || connector === undefined || said === '–') return [];
  const { account }: Declaration = declarations[connector];
  const address = connector === 'twilio' ? '+15005550006' : '1';
  const read: unknown = core.parse(account, { address, username: 'a' });
  const value: unknown = Reflect.get(Object(read), key);
  return said === String(value ?? 'none')
    ? []
    : [`${page.path}:${line}: the default of \`${key}\` is ${value ?? 'none'}`];
}
