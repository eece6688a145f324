import type { Plugin } from 'esbuild';

/**
 * Puts a failpoint that asks the worker's host what to do in the place of the one that does nothing
 * (shared/failpoint.ts). Everything else of the bundle is what is deployed.
 */
export const failpointPlugin: Plugin = {
  name: 'failpoints',
  setup(build) {
    build.onLoad({ filter: /\/shared\/failpoint\.ts$/ }, () => ({
      contents: 'export const failpoint = (name) => globalThis.switchboardFailpoint?.(name);',
      loader: 'js',
    }));
  },
};
