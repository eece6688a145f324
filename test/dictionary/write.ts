import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dictionaryOf } from './dictionary.ts';
import { fixtureSamples } from './samples.ts';

/**
 * Writes a dictionary of our fixtures as the next version: `npm run dictionary -- 2`. A version that exists is not
 * written again, because what is stored was packed with it. The new one comes into use in shared/raw/.
 */
const version = process.argv[2] ?? '';
if (!/^[1-9]\d?$/.test(version)) {
  throw new Error(
    `version ${JSON.stringify(version)}: allowed are 1 to 99, as in npm run dictionary -- 2`,
  );
}
const file = join(import.meta.dirname, `../../shared/raw/dictionary-${version}.ts`);
if (existsSync(file)) throw new Error(`${file} exists: what is stored needs it as it is`);

const pieces = dictionaryOf(fixtureSamples()).match(/.{1,80}/g) ?? [];
const lines = pieces.map((piece) => `  ${literal(piece)},\n`);
writeFileSync(
  file,
  `/** Made by test/dictionary/write.ts. Never changed: what is stored was packed with it. */\nexport const dictionary${version} = [\n${lines.join('')}].join('');\n`,
);

function literal(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
