import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** One list of connectors: a file with an entry for each connector that has the face. */
interface Registry {
  /** Holds the list, and a folder for each connector; absent: `connectors`. */
  readonly folder?: string;
  readonly name: string;
  /** The file in a connector's folder, and what it exports. */
  readonly face: string;
  readonly exported: string;
  /** A further file of the connectors that are in the list; absent: any connector with the face. */
  readonly alsoWith?: string;
  /** A file that a connector of the list does not have. */
  readonly without?: string;
  readonly doc: string;
  /** The type of one entry, and where it comes from. */
  readonly type: string;
  readonly from: string;
  /** The connectors that must be in it, as a type of `connectors/declarations.ts`; absent: all. */
  readonly who?: string;
}

const registries: readonly Registry[] = [
  {
    ...{ name: 'webhooks', face: 'webhook', exported: 'webhook' },
    doc: 'The webhook endpoints; a receiving Lambda carries one of them (infra/build/entries.ts).',
    ...{ type: 'Webhook', from: '#shared/connector/webhook', who: "ReceivingBy<'webhook'>" },
  },
  {
    ...{ name: 'topics', face: 'sns', exported: 'readNotification' },
    doc: 'Read SNS notifications; a receiving Lambda carries one of them (infra/build/entries.ts).',
    type: 'ReadTopic',
    ...{ from: '#shared/connector/topic', who: "ReceivingBy<'topic' | 'mail'>" },
  },
  {
    ...{ name: 'parsers', face: 'parser', exported: 'parse' },
    doc: 'Read queued items into canonical values.',
    ...{ type: 'Parse', from: '#shared/connector/parser' },
  },
  {
    ...{ name: 'payload-parsers', face: 'parser', exported: 'parse', without: 'status-parser' },
    doc: 'Read items whose payload holds everything: of every connector that receives no mail.',
    type: 'Parse',
    ...{ from: '#shared/connector/parser', who: "ReceivingBy<'webhook' | 'topic'>" },
  },
  {
    ...{ name: 'mail-parsers', face: 'parser', exported: 'parse', alsoWith: 'status-parser' },
    doc: 'Read items with a mail beside them, which takes much code and memory: `normalize-mail` alone carries them.',
    ...{ type: 'Parse', from: '#shared/connector/parser', who: "ReceivingBy<'mail'>" },
  },
  {
    ...{ name: 'status-parsers', face: 'status-parser', exported: 'parse' },
    doc: 'Read the delivery statuses of connectors that receive mail, without the code that reads mails.',
    ...{ type: 'Parse', from: '#shared/connector/parser', who: "ReceivingBy<'mail'>" },
  },
  {
    ...{ name: 'media-sources', face: 'media-source', exported: 'mediaSource' },
    doc: 'Fetch the files of messages: of the connectors that declare `fetchesMedia`, and of no other.',
    ...{ type: 'MediaSource', from: '#shared/connector/media', who: 'FetchingMedia' },
  },
  {
    ...{ name: 'unsubscribe-links', face: 'unsubscribe-link', exported: 'unsubscribeLink' },
    doc: 'Read the links that unsubscribe; a function carries one of them (infra/build/entries.ts).',
    type: 'UnsubscribeLink',
    ...{ from: '#shared/connector/unsubscribe-link', who: 'UnsubscribingByLink' },
  },
  {
    ...{ name: 'reply-checks', face: 'reply-check', exported: 'replyCheck' },
    doc: "Hold the providers' limits of replies, beside what the connectors declare.",
    ...{ type: 'ReplyCheck', from: '#shared/connector/define-reply-check' },
  },
  {
    ...{ name: 'senders', face: 'sender', exported: 'sender' },
    doc: 'The outbound halves, with their provider SDKs: only the sending Lambda carries them.',
    ...{ type: 'Sender', from: '#shared/connector/define-sender' },
  },
  {
    ...{ name: 'doctors', face: 'doctor', exported: 'doctor' },
    doc: 'Say what to enter at the providers, and why a webhook is refused: of the connectors that declare `explainsWebhooks`.',
    ...{ type: 'Doctor', from: '#shared/connector/doctor', who: 'ExplainingWebhooks' },
  },
  {
    ...{ name: 'registrations', face: 'registration', exported: 'registration' },
    doc: 'Register webhooks through the API of the provider: of the connectors that declare `registersWebhooks`.',
    type: 'Registration',
    ...{ from: '#shared/connector/registration', who: 'RegisteringWebhooks' },
  },
  {
    ...{ name: 'token-refreshes', face: 'token-refresh', exported: 'tokenRefresh' },
    doc: 'Refresh access tokens that end: of the connectors that declare `refreshesTokens`.',
    ...{ type: 'TokenRefresh', from: '#shared/connector/token-refresh', who: 'RefreshingTokens' },
  },
  {
    ...{ name: 'authorizations', face: 'authorization', exported: 'authorization' },
    doc: 'Get access tokens of accounts: of the connectors that declare `issuesTokens`.',
    ...{ type: 'Authorization', from: '#shared/connector/authorization', who: 'IssuingTokens' },
  },
  {
    ...{ folder: 'infra/local/simulators', name: 'simulators', face: 'simulator' },
    exported: 'simulator',
    doc: 'Play the providers on the local stack.',
    ...{ type: 'Simulator', from: './simulator.ts' },
  },
  {
    ...{ folder: 'infra/local/simulators', name: 'samples', face: 'sample', exported: 'sample' },
    doc: 'Hold what is invented for each provider, without its simulator.',
    ...{ type: 'Sample', from: './sample.ts' },
  },
  {
    ...{ folder: 'test/connectors', name: 'harnesses', face: 'harness', exported: 'harness' },
    doc: 'The test halves of the connectors: how their providers are played.',
    ...{ type: 'Harness', from: '#test/support/connectors/harness' },
  },
];

const written = '// Written by `npm run registries` from the folders beside it.';

const afterDeclarations = `export type ConnectorId = keyof typeof declarations;

/** The connectors whose messages come in this way. */
export type ReceivingBy<Way extends Declaration['receives']> = {
  [Id in ConnectorId]: (typeof declarations)[Id]['receives'] extends Way ? Id : never;
}[ConnectorId];

/** The connectors whose files are fetched after the message. */
export type FetchingMedia = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { fetchesMedia: true } ? Id : never;
}[ConnectorId];

/** The connectors whose campaigns carry links that unsubscribe. */
export type UnsubscribingByLink = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { unsubscribesByLink: true } ? Id : never;
}[ConnectorId];

/** The connectors that can say why a webhook is refused. */
export type ExplainingWebhooks = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { explainsWebhooks: true } ? Id : never;
}[ConnectorId];

/** The connectors whose webhooks are registered through the API of the provider. */
export type RegisteringWebhooks = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { registersWebhooks: true } ? Id : never;
}[ConnectorId];

/** The connectors whose access tokens a person gets by signing in at the provider. */
export type IssuingTokens = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { issuesTokens: true } ? Id : never;
}[ConnectorId];

/** The connectors whose accounts may have access tokens that end. */
export type RefreshingTokens = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends { refreshesTokens: true } ? Id : never;
}[ConnectorId];

export function isConnectorId(id: string): id is ConnectorId {
  return Object.hasOwn(declarations, id);
}
`;

/** The registries that the folders of a project ask for: path to text. */
export function registryFiles(project: string): ReadonlyMap<string, string> {
  const idsWith = (folder: string, face: string) =>
    readdirSync(join(project, folder))
      .filter((id) => existsSync(join(project, folder, id, `${face}.ts`)))
      .toSorted();
  return new Map([
    ['connectors/declarations.ts', declarationsText(idsWith('connectors', 'declaration'))],
    ...registries.map((each) => {
      const { folder = 'connectors', name, face, alsoWith = face, without } = each;
      const also = idsWith(folder, alsoWith);
      const excluded = without === undefined ? [] : idsWith(folder, without);
      const ids = idsWith(folder, face).filter((id) => also.includes(id) && !excluded.includes(id));
      return [`${folder}/${name}.ts`, registryText(each, ids)] as const;
    }),
  ]);
}

/** The paths of the registries of a project that are missing or out of date. */
export function staleRegistries(project: string): readonly string[] {
  return [...registryFiles(project)]
    .filter(([name, text]) => {
      const path = join(project, name);
      return !existsSync(path) || readFileSync(path, 'utf8') !== text;
    })
    .map(([name]) => name);
}

function declarationsText(ids: readonly string[]): string {
  return `${written}
import type { Declaration } from '#shared/connector/declaration';
${importsOf(ids, 'declaration', 'declaration')}
/** Every connector of this project. */
export const declarations = {
${entriesOf(ids)}} satisfies Record<string, Declaration>;

${afterDeclarations}`;
}

/** Indexed by any string where not every connector is in it; the compiler names one that is missing or too many. */
function registryText(registry: Registry, ids: readonly string[]): string {
  const { folder, name, face, exported, doc, type, from, who } = registry;
  const constant = constantOf(name);
  const idType = who?.replace(/<.*/, '') ?? 'ConnectorId';
  const head = folder
    ? `import type { ${idType} } from '#connectors/declarations';\n${importsOf(ids, face, exported, [type, from])}`
    : `import type { ${type} } from '${from}';\n${importsOf(ids, face, exported, [idType, './declarations.ts'])}`;
  return `${written}
${head}
/** ${doc} */
export const ${constant}: Readonly<Record<${who ? 'string' : 'ConnectorId'}, ${type}>> = {
${entriesOf(ids)}}${who ? ` satisfies Record<${who}, ${type}>` : ''};
`;
}

/** Sorted as the formatter sorts them: a type of the same folder stands between its neighbours. */
function importsOf(
  ids: readonly string[],
  face: string,
  exported: string,
  [type, from]: readonly string[] = [],
): string {
  const typeImport = from ? [`import type { ${type} } from '${from}';\n`] : [];
  const imports = ids.map((id) => {
    const constant = constantOf(id);
    const named = constant === exported ? exported : `${exported} as ${constant}`;
    return `import { ${named} } from './${id}/${face}.ts';\n`;
  });
  const before = ids.filter((id) => `./${id}/` < (from ?? '')).length;
  return imports.toSpliced(before, 0, ...typeImport).join('');
}

function entriesOf(ids: readonly string[]): string {
  return ids
    .map((id) => (constantOf(id) === id ? `  ${id},\n` : `  '${id}': ${constantOf(id)},\n`))
    .join('');
}

function constantOf(id: string): string {
  return id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

if (import.meta.main) {
  for (const name of staleRegistries(projectRoot)) {
    writeFileSync(join(projectRoot, name), registryFiles(projectRoot).get(name) ?? '');
  }
}
