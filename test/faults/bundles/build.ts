import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { builtinsPlugin } from '#infra/build/builtins';
import { bundleEntries, entriesPlugin } from '#infra/build/entries';
import { leanCredentialsPlugin } from '#infra/build/lean-credentials';
import { leanLibrariesPlugin } from '#infra/build/lean-libraries';
import { leanSdkPlugin } from '#infra/build/lean-sdk';
import { sdkSchemasPlugin } from '#infra/build/sdk-schemas';
import { failpointPlugin } from './failpoint-plugin.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Bundles every function as it is deployed (infra/build/build.ts), with failpoints that can crash and with `plugins`
 * before all others. Returns the folder that holds `<bundle>/index.mjs`.
 */
export async function buildWithFailpoints(
  outputFolder: string,
  plugins: readonly Plugin[] = [],
): Promise<string> {
  const entries = Object.entries(bundleEntries(join(project, 'functions')));
  await build({
    absWorkingDir: project,
    entryPoints: Object.fromEntries(entries.map(([name, from]) => [`${name}/index`, from])),
    outdir: outputFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [
      ...plugins,
      failpointPlugin,
      entriesPlugin,
      builtinsPlugin,
      leanCredentialsPlugin,
      leanSdkPlugin,
      sdkSchemasPlugin,
      leanLibrariesPlugin,
    ],
  });
  return outputFolder;
}
