import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { builtinsPlugin } from '#infra/build/builtins';
import { leanCredentialsPlugin } from '#infra/build/lean-credentials';
import { leanLibrariesPlugin } from '#infra/build/lean-libraries';
import { leanSdkPlugin } from '#infra/build/lean-sdk';
import { sdkSchemasPlugin } from '#infra/build/sdk-schemas';
import { failpointPlugin } from './failpoint-plugin.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Bundles every function as it is deployed (infra/build/build.ts), with failpoints that can crash and with `plugins`
 * before all others. Returns the folder that holds `<function>/index.mjs`.
 */
export async function buildWithFailpoints(
  outputFolder: string,
  plugins: readonly Plugin[] = [],
): Promise<string> {
  const functions = readdirSync(join(project, 'functions'));
  await build({
    absWorkingDir: project,
    entryPoints: Object.fromEntries(
      functions.map((name) => [`${name}/index`, join(project, 'functions', name, 'handler.ts')]),
    ),
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
      builtinsPlugin,
      leanCredentialsPlugin,
      leanSdkPlugin,
      sdkSchemasPlugin,
      leanLibrariesPlugin,
    ],
  });
  return outputFolder;
}
