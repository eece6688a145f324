import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SourceFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file under these folders of a project. */
export function sourceFiles(project: string, folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({
        path: path.slice(join(project, '/').length).replaceAll('\\', '/'),
        text: readFileSync(path, 'utf8'),
      })),
  );
}

const maxLines = 250;
const maxMedianLines = 80;

/** Names that say where a thing was put when nobody knew where it belongs. */
const emptyNames = /(^|\/)(utils?|helpers?|misc|commons?|lib)(\.[^/]*)?(\/|$)/;

/** What is wrong with a tree of files, a sentence each. */
export function treeProblems(files: readonly SourceFile[]): string[] {
  const median = medianOf(files.map(linesOf));
  return [
    ...(median >= maxMedianLines
      ? [`the median file has ${median} lines, allowed are fewer than ${maxMedianLines}`]
      : []),
    ...files.flatMap((file) => [
      ...(linesOf(file) > maxLines
        ? [`${file.path} has ${linesOf(file)} lines, allowed are ${maxLines}`]
        : []),
      ...(emptyNames.test(file.path) ? [`${file.path} has a name that says nothing`] : []),
      ...(/(from|import) *\(?['"]\.\.\//.test(file.text) ? [`${file.path} imports from ../`] : []),
    ]),
  ];
}

interface Manifest {
  readonly [kind: string]: unknown;
}

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** The dependencies of a manifest that are not one exact version. */
export function looseDependencies(manifest: Manifest): string[] {
  return kinds.flatMap((kind) =>
    Object.entries((manifest[kind] ?? {}) as Record<string, string>)
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${name}@${version}`),
  );
}

function linesOf({ text }: SourceFile): number {
  return text.split('\n').length - 1;
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
