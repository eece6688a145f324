import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything the bundles and the template are made of; code that only runs or reads them is left out. */
const inputs = ['functions', 'connectors', 'shared', 'infra', 'cdk.json', 'package-lock.json'];
const leftOut = [join('infra', 'local'), join('infra', 'cli')];

/** A hash over the names and bytes of all inputs: the same hash means the same assembly. */
export function inputsHash(root: string): string {
  const hash = createHash('sha256');
  const files = inputs.flatMap((input) => filesUnder(root, input)).toSorted();
  for (const file of files) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function filesUnder(root: string, path: string): readonly string[] {
  if (path.includes('.')) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((file) => !leftOut.some((folder) => file.startsWith(folder)));
}
