import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';
import { builtinsPlugin } from './builtins.ts';
import { bundleEntries, entriesPlugin } from './entries.ts';
import { leanCredentialsPlugin } from './lean-credentials.ts';
import { leanLibrariesPlugin } from './lean-libraries.ts';
import { leanSdkPlugin } from './lean-sdk.ts';
import { sdkSchemasPlugin } from './sdk-schemas.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** ES modules for the Node of the Lambda runtime. */
const target = {
  absWorkingDir: projectRoot,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // The CommonJS builds of the SDK are 25 to 30 % slower to load.
  mainFields: ['module', 'main'],
  minify: true,
  // Tables of charsets stand in the bundle as they are, not as escapes three times as long.
  charset: 'utf8',
  legalComments: 'none',
  sourcemap: 'external',
  metafile: true,
  logLevel: 'warning',
  plugins: [
    entriesPlugin,
    builtinsPlugin,
    leanCredentialsPlugin,
    leanSdkPlugin,
    sdkSchemasPlugin,
    leanLibrariesPlugin,
  ],
} as const satisfies BuildOptions;

export interface FunctionsToBuild {
  /** Holds a folder for each function, with its `handler.ts`. Default: `functions/`. */
  readonly functionsFolder?: string;
  /** Default: `dist/`. */
  readonly outputFolder?: string;
}

export interface BuiltFunctions {
  /** Holds `<bundle>/index.mjs`, each folder ready to be an asset. */
  readonly outputFolder: string;
  readonly bundles: readonly string[];
  /** The modules that esbuild put into each bundle, paths relative to the project; also written to `conversation.json`. */
  readonly metafile: Metafile;
}

/**
 * Bundles every function with one esbuild call, a receiving one for each connector (entries.ts): the same bytes for
 * the deployment, the local stack and the tests.
 * Source maps and the metafile are written beside the assets, never into them. A file whose bytes have not changed
 * is left alone, and a changed one is replaced at once, so that a reader never sees half of it.
 */
export async function buildFunctions(options: FunctionsToBuild = {}): Promise<BuiltFunctions> {
  const functionsFolder = options.functionsFolder ?? join(projectRoot, 'functions');
  const outputFolder = options.outputFolder ?? join(projectRoot, 'dist');
  const entries = Object.entries(bundleEntries(functionsFolder));
  if (entries.length === 0) {
    throw new Error(`nothing to build: no ${functionsFolder}/<function>/handler.ts`);
  }
  const entryPoints = Object.fromEntries(entries.map(([name, from]) => [`${name}/index`, from]));
  const built = await build({ ...target, entryPoints, outdir: outputFolder, write: false });
  await Promise.all(
    built.outputFiles.map((file) => replaceFile(placeOf(file, outputFolder), file.contents)),
  );
  const conversation = Buffer.from(`${JSON.stringify(built.metafile, undefined, 1)}\n`);
  await replaceFile(join(outputFolder, 'meta.json'), conversation);
  return { outputFolder, bundles: entries.map(([name]) => name), metafile: built.metafile };
}

/** `dist/send/index.mjs.map` becomes `dist/maps/send/index.mjs.map`. */
function placeOf({ path }: OutputFile, outputFolder: string): string {
  if (!path.endsWith('.map')) return path;
  return join(outputFolder, 'maps', path.slice(outputFolder.length));
}

async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const next = `${path}.${process.pid}`;
  await writeFile(next, contents);
  await rename(next, path);
}

if (import.meta.main) {
  const { metafile } = await buildFunctions();
  for (const [path, { bytes }] of Object.entries(metafile.outputs)) {
    if (path.endsWith('.mjs')) stdout.write(`${String(bytes).padStart(9)}  ${path}\n`);
  }
}
