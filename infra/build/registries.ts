import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Registry, registries } from './registry-list.ts';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

const written = '// Written by `npm run registries` from the folders beside it.';

const afterDeclarations = `export type ConnectorId = keyof typeof declarations;

/** The connectors whose messages come in this way. */
export type ReceivingBy<Way extends Declaration['receives']> = {
  [Id in ConnectorId]: (typeof declarations)[Id]['receives'] extends Way ? Id : never;
}[ConnectorId];

/** The connectors whose declaration says so: \`Declaring<'fetchesMedia'>\`. */
export type Declaring<Fact extends keyof Declaration> = {
  [Id in ConnectorId]: (typeof declarations)[Id] extends Readonly<Record<Fact, true>> ? Id : never;
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
