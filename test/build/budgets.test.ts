import { readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { bundleProblems } from './bundle-rules.ts';

const built: Metafile = JSON.parse(
  readFileSync(new URL('../../dist/meta.json', import.meta.url), 'utf8'),
);

/** The bundles as built, and one input more. */
function withPlanted(name: string, input: string, bytes = 1): Metafile {
  const path = `dist/${name}/index.mjs`;
  const output = built.outputs[path];
  if (!output) throw new Error(`no ${path}`);
  const inputs = { ...output.inputs, [input]: { bytesInOutput: bytes } };
  const planted = { ...output, inputs, bytes: output.bytes + bytes };
  return { ...built, outputs: { ...built.outputs, [path]: planted } };
}

describe('the bundles', () => {
  it('are nine, none too heavy, none with what it must not carry', () => {
    const bundles = Object.keys(built.outputs).filter((path) => path.endsWith('/index.mjs'));
    expect(bundles).toHaveLength(9);
    expect(bundleProblems(built)).toEqual([]);
  });

  it('are noticed when they grow too heavy', () => {
    expect(bundleProblems(withPlanted('receive', 'big.js', 200_000)).join()).toMatch(
      /allowed are 200000/,
    );
    expect(bundleProblems(withPlanted('normalize', 'big.js', 680_000)).join()).toMatch(
      /allowed are 680000/,
    );
  });

  it.each([
    'node_modules/twilio/lib/index.js',
    'node_modules/twilio/lib/rest/Twilio.js',
    'node_modules/nodemailer/lib/nodemailer.js',
    'node_modules/nodemailer/dist/esm/nodemailer.js',
    'node_modules/mailparser/index.js',
    'node_modules/axios/lib/axios.js',
    'node_modules/aws-xray-sdk-core/lib/index.js',
  ])('are noticed when one carries %s', (input) => {
    const problem = `dist/send/index.mjs carries ${input}`;
    expect(bundleProblems(withPlanted('send', input))).toEqual([problem]);
  });

  it.each([
    'connectors/whatsapp/parser.ts',
    'connectors/whatsapp/inbound/parse-message.ts',
    'connectors/twilio/inbound/payload.ts',
    'connectors/twilio/outbound/render.ts',
    'connectors/twitter/outbound/send.ts',
    'connectors/twitter/outbound/classify.ts',
    'connectors/email/sender.ts',
    'node_modules/zod/v4/classic/schemas.js',
  ])('are noticed when a door carries %s', (input) => {
    const problem = `dist/receive/index.mjs carries ${input}`;
    expect(bundleProblems(withPlanted('receive', input))).toEqual([problem]);
    expect(bundleProblems(withPlanted('normalize', input))).toEqual([]);
  });

  it.each([
    'connectors/twilio/outbound/send.ts',
    'connectors/whatsapp/sender.ts',
    'connectors/whatsapp/outbound/upload.ts',
    'connectors/email/outbound/compose.ts',
    'node_modules/twilio/lib/webhooks/webhooks.js',
    'node_modules/nodemailer/dist/esm/mail-composer/index.js',
    'node_modules/@aws-sdk/client-sesv2/dist-es/index.js',
    'node_modules/@aws-sdk/client-s3/dist-es/index.js',
  ])('are noticed when what takes replies carries %s', (input) => {
    for (const name of ['submit-reply', 'accept-reply']) {
      const problem = `dist/${name}/index.mjs carries ${input}`;
      expect(bundleProblems(withPlanted(name, input))).toEqual([problem]);
    }
    expect(bundleProblems(withPlanted('send', input))).toEqual([]);
  });

  it('allow the light ways in', () => {
    const light = [
      'node_modules/twilio/lib/webhooks/webhooks.js',
      'node_modules/nodemailer/dist/esm/mail-composer/index.js',
    ];
    for (const input of light) expect(bundleProblems(withPlanted('send', input))).toEqual([]);
  });
});
