import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot, registryFiles, staleRegistries } from '#infra/build/registries';

let folder: string;
const folders = ['connectors', 'infra/local/simulators', 'test/connectors'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registries-'));
  for (const each of folders) {
    cpSync(join(projectRoot, each), join(folder, each), { recursive: true });
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the registries of connectors', () => {
  it('are what the folders say; `npm run registries` writes them', () => {
    expect(staleRegistries(projectRoot)).toEqual([]);
  });

  it('are stale when a connector is new', () => {
    for (const each of folders) {
      cpSync(join(folder, each, 'twilio'), join(folder, each, 'planted-one'), { recursive: true });
    }
    expect(staleRegistries(folder).toSorted()).toEqual([
      'connectors/declarations.ts',
      'connectors/doctors.ts',
      'connectors/media-sources.ts',
      'connectors/parsers.ts',
      'connectors/payload-parsers.ts',
      'connectors/reply-checks.ts',
      'connectors/senders.ts',
      'connectors/webhooks.ts',
      'infra/local/simulators/samples.ts',
      'infra/local/simulators/simulators.ts',
      'test/connectors/harnesses.ts',
    ]);
    expect(registryFiles(folder).get('connectors/webhooks.ts')).toContain(
      "import { webhook as plantedOne } from './planted-one/webhook.ts';",
    );
  });

  it('part the parsers by what a connector receives: mail, or payloads that hold everything', () => {
    const before = registryFiles(folder);
    expect(before.get('connectors/mail-parsers.ts')).toContain("'./email/parser.ts'");
    expect(before.get('connectors/payload-parsers.ts')).not.toContain('./email/');
    cpSync(join(folder, 'connectors/email'), join(folder, 'connectors/planted'), {
      recursive: true,
    });
    const after = registryFiles(folder);
    expect(after.get('connectors/payload-parsers.ts')).toBe(
      before.get('connectors/payload-parsers.ts'),
    );
    for (const name of ['mail-parsers', 'status-parsers']) {
      expect(after.get(`connectors/${name}.ts`)).toContain("from './planted/");
    }
  });

  it('are stale when a connector loses a face, or somebody edits one by hand', () => {
    rmSync(join(folder, 'connectors/whatsapp/media-source.ts'));
    const senders = join(folder, 'connectors/senders.ts');
    writeFileSync(senders, readFileSync(senders, 'utf8').replace('  email,\n', ''));
    expect(staleRegistries(folder)).toEqual([
      'connectors/media-sources.ts',
      'connectors/senders.ts',
    ]);
  });
});
