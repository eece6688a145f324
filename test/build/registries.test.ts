import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectorsFolder, registryFiles, staleRegistries } from '#infra/build/registries';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connectors-'));
  cpSync(connectorsFolder, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the registries of connectors', () => {
  it('are what the folders say; `npm run registries` writes them', () => {
    expect(staleRegistries(connectorsFolder)).toEqual([]);
  });

  it('are stale when a connector is new', () => {
    cpSync(join(folder, 'twilio'), join(folder, 'planted-one'), { recursive: true });
    expect(staleRegistries(folder).toSorted()).toEqual([
      'declarations.ts',
      'parsers.ts',
      'reply-checks.ts',
      'senders.ts',
      'webhooks.ts',
    ]);
    expect(registryFiles(folder).get('webhooks.ts')).toContain(
      "import { webhook as plantedOne } from './planted-one/webhook.ts';",
    );
  });

  it('are stale when a connector loses a face, or somebody edits one by hand', () => {
    rmSync(join(folder, 'whatsapp/media-source.ts'));
    const senders = join(folder, 'senders.ts');
    writeFileSync(senders, readFileSync(senders, 'utf8').replace('  email,\n', ''));
    expect(staleRegistries(folder)).toEqual(['media-sources.ts', 'senders.ts']);
  });
});
