import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const connectorsFolder = fileURLToPath(new URL('../../connectors', import.meta.url));

/** One list of connectors: a file of `connectors/`, with an entry for each connector that has the face. */
interface Registry {
  readonly name: string;
  /** The file in a connector's folder, and what it exports. */
  readonly face: string;
  readonly exported: string;
  readonly doc: string;
  /** The type of one entry, and where it comes from. */
  readonly type: string;
  readonly from: string;
  /** Which connectors must be in it, as a type of `connectors/declarations.ts`; absent: all. */
  readonly who?: string;
}

const registries: readonly Registry[] = [
  {
    ...{ name: 'webhooks', face: 'webhook', exported: 'webhook' },
    doc: 'The webhook endpoints: what the receiving Lambdas carry, and nothing more.',
    ...{ type: 'Webhook', from: '#shared/connector/webhook', who: "ReceivingBy<'webhook'>" },
  },
  {
    ...{ name: 'topics', face: 'sns', exported: 'readNotification' },
    doc: 'Read the notifications of connectors that receive by an SNS topic.',
    type: 'ReadTopic',
    ...{ from: '#shared/connector/topic', who: "ReceivingBy<'topic' | 'mail'>" },
  },
  {
    ...{ name: 'parsers', face: 'parser', exported: 'parse' },
    doc: 'Read queued items into canonical values.',
    ...{ type: 'Parse', from: '#shared/connector/parser' },
  },
  {
    ...{ name: 'media-sources', face: 'media-source', exported: 'mediaSource' },
    doc: 'Fetch the files of messages: of the connectors that declare `fetchesMedia`, and of no other.',
    ...{ type: 'MediaSource', from: '#shared/connector/media', who: 'FetchingMedia' },
  },
  {
    ...{ name: 'reply-checks', face: 'reply-check', exported: 'replyCheck' },
    doc: "Hold the providers' limits of replies, beside what the connectors declare.",
    ...{ type: 'ReplyCheck', from: '#shared/connector/define-reply-check' },
  },
  {
    ...{ name: 'senders', face: 'sender', exported: 'sender' },
    doc: 'The outbound halves, with their provider SDKs: only the sending Lambda carries them.',
    ...{ type: 'Sender', from: '#shared/connector/sender' },
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

export function isConnectorId(id: string): id is ConnectorId {
  return Object.hasOwn(declarations, id);
}
`;

/** The registries that a folder of connectors asks for: file name to text. */
export function registryFiles(folder: string): ReadonlyMap<string, string> {
  const ids = readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'declaration.ts')),
    )
    .map(({ name }) => name)
    .toSorted();
  const having = (face: string) => ids.filter((id) => existsSync(join(folder, id, `${face}.ts`)));
  return new Map([
    ['declarations.ts', declarationsText(ids)],
    ...registries.map(
      (each) => [`${each.name}.ts`, registryText(each, having(each.face))] as const,
    ),
  ]);
}

/** The names of the registries in a folder that are missing or differ from what its connectors ask for. */
export function staleRegistries(folder: string): readonly string[] {
  return [...registryFiles(folder)]
    .filter(([name, text]) => {
      const path = join(folder, name);
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
  const { name, face, exported, doc, type, from, who } = registry;
  const constant = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${written}
import type { ${type} } from '${from}';
import type { ${who?.replace(/<.*/, '') ?? 'ConnectorId'} } from './declarations.ts';
${importsOf(ids, face, exported)}
/** ${doc} */
export const ${constant}: Readonly<Record<${who ? 'string' : 'ConnectorId'}, ${type}>> = {
${entriesOf(ids)}}${who ? ` satisfies Record<${who}, ${type}>` : ''};
`;
}

function importsOf(ids: readonly string[], face: string, exported: string): string {
  return ids
    .map((id) => {
      const constant = constantOf(id);
      const named = constant === exported ? exported : `${exported} as ${constant}`;
      return `import { ${named} } from './${id}/${face}.ts';\n`;
    })
    .join('');
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
  for (const name of staleRegistries(connectorsFolder)) {
    writeFileSync(join(connectorsFolder, name), registryFiles(connectorsFolder).get(name) ?? '');
  }
}
