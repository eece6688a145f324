import { stdout } from 'node:process';
import { bundleFunctions } from './bundle.ts';

const { metafile } = await bundleFunctions();
for (const [path, { bytes }] of Object.entries(metafile.outputs)) {
  if (path.endsWith('.mjs')) stdout.write(`${String(bytes).padStart(9)}  ${path}\n`);
}
