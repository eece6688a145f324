import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

const builtins = new RegExp(`^(node:)?(${builtinModules.join('|').replaceAll('/', '\\/')})$`);

/**
 * Takes Node's own modules through `process.getBuiltinModule`, for static, dynamic and CommonJS imports alike.
 * The loader of ES modules is slow for built-ins: a bundle with one AWS client starts 10 to 25 % faster this way
 * (measured on Node 24), and a CommonJS dependency needs no `require` shim in the banner.
 */
export const builtinsPlugin: Plugin = {
  name: 'builtins',
  setup(build) {
    build.onResolve({ filter: builtins }, ({ path }) => ({
      path: path.replace(/^node:/, ''),
      namespace: 'builtin',
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)})`,
      loader: 'js',
    }));
  },
};
