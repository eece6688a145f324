import { appendFile, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  contractFiles,
  contractsFolder,
  plainContracts,
  staleContracts,
  writeContracts,
} from '#infra/build/contracts';
import { descriptionProblems } from '#infra/build/describe-contracts';

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

  it('describe each of their fields, and describe nothing that is gone', () => {
    const schemas = plainContracts();
    expect(descriptionProblems(schemas)).toEqual([]);
    const message = JSON.parse(contractFiles().get('Message.schema.json') ?? '');
    expect(message.properties.text.description).toMatch(/^The content as plain text/);
    const planted = { A: { oneOf: [{ properties: { type: { const: 'b' }, c: { items: {} } } }] } };
    expect(descriptionProblems(planted, { A: { type: 'a', 'b.gone': 'b' } })).toEqual([
      'A has no text for b.c',
      'A has no field b.gone',
    ]);
  });

  /** What helpdesks write to us; what we write to them may grow. */
  const commands = ['ReplyCommand', 'ReplyContent', 'SignalCommand'];

  it('are closed where helpdesks write, and open where they read', () => {
    for (const [name, text] of contractFiles()) {
      const isCommand = commands.includes(name.replace('.schema.json', ''));
      const open = openObjects(JSON.parse(text));
      expect(isCommand ? open : text.match(/"additionalProperties": false/g), name).toEqual(
        isCommand ? [] : null,
      );
    }
    const planted = { properties: { a: { items: { type: 'object', properties: { b: {} } } } } };
    expect(openObjects(planted)).toEqual(['/properties/a/items']);
  });

  it('refer only to files that are published', () => {
    const files = contractFiles();
    for (const [name, text] of files) {
      expect(JSON.parse(text).$schema, name).toBe('https://json-schema.org/draft/2020-12/schema');
      for (const [, file] of text.matchAll(/"\$ref": "([^"#]+)/g))
        expect(files.has(file ?? '')).toBe(true);
    }
  });
});

/** Places where a schema lists properties and allows others too. */
function openObjects(schema: unknown, place = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.entries(schema).flatMap(([name, member]) =>
    openObjects(member, `${place}/${name}`),
  );
  const isOpen =
    'type' in schema &&
    schema.type === 'object' &&
    'properties' in schema &&
    !('additionalProperties' in schema && schema.additionalProperties === false);
  return isOpen ? [place, ...inner] : inner;
}
