import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { declarations } from '#connectors/declarations';
import { bundleEntries } from '#infra/build/entries';
import { carriedBy } from '#test/guards/room-rules';
import { bundleProblems, maxBytes } from './bundle-rules.ts';

const built: Metafile = JSON.parse(
  readFileSync(new URL('../../dist/meta.json', import.meta.url), 'utf8'),
);

/** One of the bundles as built, and one input more. */
function withPlanted(name: string, input: string, bytes = 1): Metafile {
  const path = `dist/${name}/index.mjs`;
  const output = built.outputs[path];
  if (!output) throw new Error(`no ${path}`);
  const inputs = { ...output.inputs, [input]: { bytesInOutput: bytes } };
  const planted = { ...output, inputs, bytes: output.bytes + bytes };
  return { ...built, outputs: { [path]: planted } };
}

const connectors = Object.keys(declarations);

function expectCarried(receiver: string, input: string): void {
  const problem = `dist/receive-${receiver}/index.mjs carries ${input}`;
  expect(bundleProblems(withPlanted(`receive-${receiver}`, input))).toEqual([problem]);
  expect(bundleProblems(withPlanted('send', input))).toEqual([]);
}

describe('the bundles', () => {
  it('are one for each function, and a receiving one for each connector', () => {
    const bundles = Object.keys(built.outputs).filter((path) => path.endsWith('/index.mjs'));
    const functions = fileURLToPath(new URL('../../functions', import.meta.url));
    const names = Object.keys(bundleEntries(functions));
    expect(bundles.toSorted()).toEqual(names.map((name) => `dist/${name}/index.mjs`).toSorted());
    const receivers = connectors.map((id) => `receive-${id}`);
    expect(names.filter((name) => name.startsWith('receive'))).toEqual(receivers.toSorted());
  });

  it('are not too heavy, and carry nothing they must not', () => {
    expect(bundleProblems(built)).toEqual([]);
  });

  it('are noticed when they grow too heavy', () => {
    expect(bundleProblems(withPlanted('receive-whatsapp', 'big.js', 10_000)).join()).toMatch(
      /allowed are 202000/,
    );
    expect(bundleProblems(withPlanted('receive-email', 'big.js', 10_000)).join()).toMatch(
      /allowed are 207000/,
    );
    expect(bundleProblems(withPlanted('send', 'big.js', maxBytes)).join()).toMatch(
      new RegExp(`allowed are ${maxBytes}`),
    );
    expect(bundleProblems(withPlanted('normalize', 'big.js', 50_000)).join()).toMatch(
      /allowed are 656000/,
    );
    expect(bundleProblems(withPlanted('normalize-mail', 'big.js', 500_000)).join()).toMatch(
      /allowed are 1033000/,
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

  it.each(connectors)('are noticed when the receiver of %s carries what only others need', (id) => {
    for (const file of [
      ...['parser.ts', 'sender.ts', 'reply-check.ts', 'media-source.ts', 'payload.ts'],
      ...['inbound/read.ts', 'outbound/render.ts'],
    ]) {
      expectCarried(id, `connectors/${id}/${file}`);
    }
    expectCarried(id, 'node_modules/zod/v4/classic/schemas.js');
  });

  it.each(connectors)('are noticed when the receiver of %s carries another connector', (id) => {
    const others = connectors.filter((each) => each !== id && each !== carriedBy[id]);
    expect(others.length).toBeGreaterThan(1);
    for (const other of others) {
      expectCarried(id, `connectors/${other}/account.ts`);
      expectCarried(id, `connectors/${other}/webhook/verify.ts`);
    }
    expectCarried(id, 'connectors/webhooks.ts');
    expectCarried(id, 'connectors/declarations.ts');
  });

  it.each(connectors)('are noticed when %s itself grows too heavy for its receiver', (id) => {
    const planted = withPlanted(`receive-${id}`, `connectors/${id}/webhook/big.ts`, 10_000);
    expect(bundleProblems(planted).join()).toMatch(/of its connector, allowed are 10000/);
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

  it.each([
    ['normalize', 'connectors/email/parser.ts'],
    ['normalize', 'connectors/email/inbound/parse-mail.ts'],
    ['normalize', 'connectors/email/inbound/quotes/strip-quotes.ts'],
    ['normalize', 'node_modules/postal-mime/dist/esm/postal-mime.js'],
    ['normalize', 'node_modules/htmlparser2/dist/esm/index.js'],
    ['normalize-mail', 'connectors/twilio/parser.ts'],
    ['normalize-mail', 'connectors/whatsapp/inbound/message.ts'],
  ])('are noticed when %s carries %s', (name, input) => {
    const problem = `dist/${name}/index.mjs carries ${input}`;
    expect(bundleProblems(withPlanted(name, input))).toEqual([problem]);
  });

  it('read mails in the function for mails, and their statuses without it', () => {
    const carries = (name: string, input: string) =>
      (built.outputs[`dist/${name}/index.mjs`]?.inputs[input]?.bytesInOutput ?? 0) > 0;
    expect(carries('normalize-mail', 'connectors/email/inbound/parse-mail.ts')).toBe(true);
    for (const name of ['normalize', 'normalize-mail']) {
      expect(carries(name, 'connectors/email/inbound/parse-event.ts'), name).toBe(true);
    }
  });

  it('allow the light ways in', () => {
    const light = [
      'node_modules/twilio/lib/webhooks/webhooks.js',
      'node_modules/nodemailer/dist/esm/mail-composer/index.js',
    ];
    for (const input of light) expect(bundleProblems(withPlanted('send', input))).toEqual([]);
  });
});
