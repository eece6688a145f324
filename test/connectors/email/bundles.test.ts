import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** The packages a bundle of this file would carry. */
async function packagesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [`connectors/email/${entry}`],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  const carried = Object.entries(output?.inputs ?? {}).filter(
    ([, { bytesInOutput }]) => bytesInOutput > 0,
  );
  const names = carried.flatMap(
    ([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

const mailReaders = new Set([
  'postal-mime',
  'htmlparser2',
  'iconv-lite',
  'sanitize-html',
  'ical.js',
]);

describe('each half carries only its own libraries', () => {
  it('the receiving function has neither parser nor mail builder', async () => {
    expect(await packagesOf('sns.ts')).toEqual(['zod']);
  });

  it('the parser has no mail builder and no AWS client', async () => {
    const packages = await packagesOf('parser.ts');
    expect(packages).toContain('postal-mime');
    expect(packages.filter((name) => name === 'nodemailer' || name.startsWith('@aws-sdk'))).toEqual(
      [],
    );
  });

  it('the sender has no parser', async () => {
    const packages = await packagesOf('sender.ts');
    expect(packages).toContain('nodemailer');
    expect(packages.filter((name) => mailReaders.has(name))).toEqual([]);
  });
});
