import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '#infra/build/build';
import { bundleEntries } from '#infra/build/entries';
import { leanLibrariesPlugin } from '#infra/build/lean-libraries';

const folder = mkdtempSync(join(tmpdir(), 'build-'));
const functionsFolder = fileURLToPath(new URL('functions', import.meta.url));
const productFunctions = fileURLToPath(new URL('../../functions', import.meta.url));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the build', () => {
  it('makes the same bytes each time, and leaves alone what has not changed', async () => {
    const once = await buildFunctions({ functionsFolder, outputFolder: join(folder, 'once') });
    const bundle = join(once.outputFolder, 'probe/index.mjs');
    const { mtimeMs } = statSync(bundle);
    await buildFunctions({ functionsFolder, outputFolder: once.outputFolder });
    expect(statSync(bundle).mtimeMs).toBe(mtimeMs);
    const again = await buildFunctions({ functionsFolder, outputFolder: join(folder, 'again') });
    expect(readFileSync(join(again.outputFolder, 'probe/index.mjs'))).toEqual(readFileSync(bundle));
  });

  it('puts nothing but the code into an asset, and maps beside it', async () => {
    const { outputFolder, bundles } = await buildFunctions({
      functionsFolder,
      outputFolder: join(folder, 'assets'),
    });
    expect(bundles).toEqual(['probe']);
    expect(readdirSync(outputFolder).toSorted()).toEqual(['maps', 'meta.json', 'probe']);
    expect(readdirSync(join(outputFolder, 'probe'))).toEqual(['index.mjs']);
    expect(readdirSync(join(outputFolder, 'maps/probe'))).toEqual(['index.mjs.map']);
  });

  it('takes Node’s own modules without the module loader', () => {
    const dist = fileURLToPath(new URL('../../dist', import.meta.url));
    for (const name of Object.keys(bundleEntries(productFunctions))) {
      const code = readFileSync(join(dist, name, 'index.mjs'), 'utf8');
      expect(code).toContain('process.getBuiltinModule("node:crypto")');
      expect(code, name).not.toMatch(/^import|[;}]import[{ *"]|import\("(node:|fs|http)/);
    }
  });

  it('says so when there is nothing to build', async () => {
    await expect(buildFunctions({ functionsFolder: folder })).rejects.toThrow(/nothing to build/);
  });
});

describe('the character references of postal-mime, read from the packed table', () => {
  it('are the same as in its own table, each of them, and no others', async () => {
    const source = fileURLToPath(
      new URL('../../node_modules/postal-mime/dist/esm/html-entities.js', import.meta.url),
    );
    const { htmlEntities: own } = await import(pathToFileURL(source).href);
    const packedFile = join(folder, 'packed.mjs');
    await build({
      entryPoints: [source],
      bundle: true,
      format: 'esm',
      outfile: packedFile,
      plugins: [leanLibrariesPlugin],
    });
    const { htmlEntities: packed } = await import(pathToFileURL(packedFile).href);
    const references = Object.keys(own);
    expect(references.length).toBeGreaterThan(2000);
    expect(references.filter((reference) => packed[reference] !== own[reference])).toEqual([]);
    for (const unknown of ['&unknown;', '&notit', '&notit;', '&#38;', '&ampx', '&']) {
      expect(packed[unknown], unknown).toBeUndefined();
    }
  });
});
