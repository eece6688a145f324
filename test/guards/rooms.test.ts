import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { crowdedFolders, roomProblems } from './room-rules.ts';
import { type SourceFile, sourceFiles } from './tree-rules.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const files = sourceFiles(project, ['infra', 'functions', 'connectors', 'shared']);

const planted = (path: string, ...imports: readonly string[]): SourceFile => ({
  path,
  text: imports.map((each) => `import { x } from '${each}';\n`).join(''),
});

describe('the rooms of the house', () => {
  it('hold at most 25 files each', () => {
    expect(crowdedFolders(files)).toEqual([]);
    const many = Array.from({ length: 26 }, (_, index) => planted(`shared/planted/${index}.ts`));
    expect(crowdedFolders(many)).toEqual(['shared/planted has 26 files, allowed are 25']);
  });

  it('are the same in every connector, and are entered in one direction', () => {
    expect(roomProblems(files)).toEqual([]);
  });

  it('are missed where one has none', () => {
    expect(roomProblems([planted('connectors/pigeon/declaration.ts')])).toEqual([
      'connectors/pigeon has no account.ts',
      'connectors/pigeon has no parser.ts',
      'connectors/pigeon has no reply-check.ts',
      'connectors/pigeon has no sender.ts',
    ]);
  });

  it.each([
    ['webhook/split.ts', './../inbound/read.ts', undefined],
    ['webhook/split.ts', '#connectors/twilio/inbound/payload', 'webhook does not read inbound'],
    ['inbound/read.ts', '#connectors/twilio/outbound/send', 'inbound does not read outbound'],
    ['outbound/send.ts', '#connectors/twilio/inbound/payload', 'outbound does not read inbound'],
    ['inbound/read.ts', '#connectors/email/mail-address', 'one connector never reads another'],
    ['word.ts', './inbound/payload.ts', 'a word that rooms share reads no room'],
    ['inbound/read.ts', '#connectors/twilio/api/client', 'inbound does not read api'],
    ['outbound/send.ts', '#connectors/twilio/api/client', undefined],
    ['catch-up/pages.ts', '#connectors/twilio/api/client', undefined],
    ['api/client.ts', '#connectors/twilio/outbound/send', 'api does not read outbound'],
    ['parser.ts', './inbound/payload.ts', undefined],
    ['inbound/read.ts', '#connectors/twilio/account', undefined],
  ])('%s importing %s', (path, specifier, reason) => {
    const problems = roomProblems([...files, planted(`connectors/twilio/${path}`, specifier)]);
    expect(problems.map((each) => each.replace(/^.*: /, ''))).toEqual(reason ? [reason] : []);
  });

  it('have no other names', () => {
    expect(roomProblems([...files, planted('connectors/twilio/misc/read.ts')])).toEqual([
      'connectors/twilio/misc/read.ts is in a room called misc; allowed are webhook, inbound, outbound, api, catch-up, registration, authorization',
    ]);
  });
});
