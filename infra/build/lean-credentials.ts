import type { Plugin } from 'esbuild';

/**
 * Replaces the SDK's chain of credential providers by its reader of environment variables, where Lambda puts the
 * credentials of the function's role (Lambda developer guide, "Defined runtime environment variables"). The chain would
 * bring SSO, STS, web identity, process and instance metadata along: 135 kB that our functions cannot use.
 */
export const leanCredentialsPlugin: Plugin = {
  name: 'lean-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: 'credential-provider',
      namespace: 'lean-credentials',
      pluginData: resolveDir,
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace: 'lean-credentials' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'`,
      loader: 'js',
      resolveDir: String(pluginData),
    }));
  },
};
