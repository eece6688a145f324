import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { env } from 'node:process';
import * as z from 'zod';

const require = createRequire(import.meta.url);

/** The platforms for which dynoxide is published, each as a package of its own: its `npm/dynoxide/platforms.json`. */
const published = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

const byHand = 'set DYNOXIDE_BIN to the path of one';

/**
 * Finds the dynoxide of this machine: the one that DYNOXIDE_BIN names, or the package of the platform. Only the one
 * for linux-x64 is in the lock file. Throws a sentence that says how to install it.
 */
export function dynoxideProgram(): string {
  const named = env['DYNOXIDE_BIN'];
  if (named) return named;
  const platform = `${process.platform}-${process.arch}`;
  try {
    return require.resolve(`@dynoxide/${platform}/dynoxide`);
  } catch (cause) {
    throw new Error(`dynoxide is not installed for ${platform}: ${howToInstall(platform)}`, {
      cause,
    });
  }
}

function howToInstall(platform: string): string {
  // The processes of the local stack are stopped by process group, which Windows does not have.
  if (platform.startsWith('win32')) return 'on Windows, run npm ci and npm start in WSL';
  if (published.includes(platform)) {
    return `npm install --no-save @dynoxide/${platform}@${testedVersion()} installs it; or ${byHand}`;
  }
  return `there are packages for ${published.join(', ')}; ${byHand}`;
}

const Manifest = z.object({
  optionalDependencies: z.object({ '@dynoxide/linux-x64': z.string() }),
});

/** The version that the tests run with. */
function testedVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  const manifest = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  return manifest.optionalDependencies['@dynoxide/linux-x64'];
}
