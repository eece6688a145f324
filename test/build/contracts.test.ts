import { appendFile, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  contractFiles,
  contractsFolder,
  staleContracts,
  writeContracts,
} from '#infra/build/contracts';

describe('the published contracts', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contracts-'));
    await writeContracts(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are what the model says; `npm run contracts` brings them up to date', async () => {
    expect(contractFiles().size).toBeGreaterThan(10);
    expect(await staleContracts(contractsFolder)).toEqual([]);
  });

  it('are noticed when one is changed, missing or left over', async () => {
    await appendFile(join(folder, 'Message.schema.json'), ' ');
    await unlink(join(folder, 'Event.schema.json'));
    await writeFile(join(folder, 'Gone.schema.json'), '{}');
    const planted = ['Event.schema.json', 'Gone.schema.json', 'Message.schema.json'];
    expect(await staleContracts(folder)).toEqual(planted);
    expect(await writeContracts(folder)).toEqual(planted);
    expect(await staleContracts(folder)).toEqual([]);
  });

  it('leave unknown properties open and refer only to files that are published', () => {
    const files = contractFiles();
    for (const [name, text] of files) {
      expect(JSON.parse(text).$schema, name).toBe('https://json-schema.org/draft/2020-12/schema');
      expect(text, name).not.toContain('"additionalProperties": false');
      for (const [, file] of text.matchAll(/"\$ref": "([^"#]+)/g))
        expect(files.has(file ?? '')).toBe(true);
    }
  });
});
