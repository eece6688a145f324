import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath, version } from 'node:process';

interface InstalledNode {
  readonly path: string;
  readonly version: string;
}

const path = env['PATH'] ?? '';
const isOwn = (folder: string) => folder.includes('node_modules');

/** The search path of a shell in which npm has put nothing first: the machine's own Node, where there is one. */
export const outerPath = path
  .split(':')
  .filter((folder) => !isOwn(folder))
  .join(':');

/** What "engines" of package.json asks for. */
const leastMajor = 20;

/** The oldest Node of the machine that we say is enough; the one that runs the tests where there is no other. */
export const oldestNode: InstalledNode = [
  { path: execPath, version },
  ...path
    .split(':')
    .map((folder) => join(folder, 'node'))
    .filter(existsSync)
    .map((file) => ({ path: realpathSync(file), version: versionOf(file) })),
]
  .filter((each) => majorOf(each) >= leastMajor)
  .reduce((oldest, each) => (isOlder(each, oldest) ? each : oldest));

function majorOf(node: InstalledNode): number {
  return Number(/^v(\d+)/.exec(node.version)?.[1]);
}

function versionOf(file: string): string {
  return execFileSync(file, ['-v'], { encoding: 'utf8' }).trim();
}

function isOlder(a: InstalledNode, b: InstalledNode): boolean {
  return a.version.localeCompare(b.version, 'en', { numeric: true }) < 0;
}
