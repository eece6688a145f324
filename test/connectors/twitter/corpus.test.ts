import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { accepted, refused } from '#connectors/twitter/outbound/classify';
import { parsedJson } from '#shared/json';
import { expectations, read } from './corpus-expectations.ts';
import { challenge, credentials, post } from './received.ts';

/** Recorded and documented payloads of X, kept beside the project and not in it. */
const corpus = join(import.meta.dirname, '../../../../shared/corpus/twitter');

const filesIn = (folder: string) => {
  const path = join(corpus, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, text: readFileSync(join(path, name), 'utf8') }));
};

const Vectors = z.object({
  post_signature: z.array(
    z.object({
      consumerSecret: z.string(),
      rawBody: z.string(),
      header: z.object({ 'x-twitter-webhooks-signature': z.string() }),
      valid: z.boolean(),
    }),
  ),
  crc: z.array(
    z.object({
      consumerSecret: z.string(),
      crc_token: z.string(),
      response: z.object({ response_token: z.string() }),
    }),
  ),
  crc_must_refuse: z.array(z.object({ crc_token: z.string().nullable() })),
});

describe('signature vectors', () => {
  const path = join(corpus, 'signature-vectors.json');
  const vectors = existsSync(path)
    ? Vectors.parse(JSON.parse(readFileSync(path, 'utf8')))
    : { post_signature: [], crc: [], crc_must_refuse: [] };
  const set = (consumerSecret: string) => [{ ...credentials, consumerSecret }];

  it('are believed or refused as they say', () => {
    for (const { consumerSecret, rawBody, header, valid } of vectors.post_signature) {
      const outcome = post(rawBody, {
        header: header['x-twitter-webhooks-signature'],
        sets: set(consumerSecret),
      });
      // A vector that is signed and no JSON object could have been signed by the challenge.
      const expected = rawBody.includes('{')
        ? { kind: 'items' }
        : { kind: 'refused', reason: 'body_is_no_event' };
      if (valid) expect(outcome).toMatchObject(expected);
      else expect(outcome).toMatchObject({ kind: 'refused', reason: 'signature_mismatch' });
    }
    console.log(`${vectors.post_signature.length} signature vectors`);
  });

  it('are answered where the token looks like X’s, and refused where it does not', () => {
    for (const { consumerSecret, crc_token, response } of vectors.crc) {
      const outcome = challenge(`crc_token=${crc_token}`, set(consumerSecret));
      expect(outcome).toMatchObject({ response: { body: JSON.stringify(response) } });
    }
    for (const { crc_token } of vectors.crc_must_refuse) {
      const query = crc_token === null ? '' : `crc_token=${encodeURIComponent(crc_token)}`;
      expect(challenge(query).kind).toBe('refused');
    }
    console.log(`${vectors.crc.length} challenges, ${vectors.crc_must_refuse.length} to refuse`);
  });
});

describe('payloads', () => {
  const outcomes = [
    ...filesIn('xaa').map(({ name, text }) => ({ name: `xaa/${name}`, text })),
    ...filesIn('aaa').map(({ name, text }) => ({ name: `aaa/${name}`, text })),
  ];

  it('each become what is expected of them, and of no file nothing is expected', () => {
    for (const { name, text } of outcomes) {
      const [address, ...expected] = expectations.get(name) ?? [undefined];
      if (address === undefined) throw new Error(`nothing is expected of ${name}`);
      expect(read(text, address), name).toEqual(expected);
    }
    const known = outcomes.filter(({ name }) => expectations.has(name));
    console.log(`${known.length} payloads of ${expectations.size} read`);
    if (outcomes.length > 0) expect(known).toHaveLength(expectations.size);
  });

  it('are told from others: one that changed is seen', () => {
    const [file] = outcomes.filter(({ name }) => name === 'xaa/dm.received.json');
    if (!file) return;
    const changed = file.text.replace('"hello!"', '"hullo!"');
    const [address = '', ...expected] = expectations.get(file.name) ?? [];
    expect(read(changed, String(address))).not.toEqual(expected);
  });
});

describe('answers', () => {
  const codes: Readonly<Record<string, string>> = {
    'error.187.graphql-style.json': 'duplicate_content',
    'error.226.automated.json': 'looks_automated',
    'error.402.credits-depleted.json': 'credits_depleted',
    'error.403.dm-media-not-permitted.json': 'media_rejected',
    'error.403.duplicate-content.json': 'duplicate_content',
    'error.403.forbidden-generic.json': 'request_rejected',
    'error.403.reply-not-summoned.2026-07.json': 'reply_not_allowed',
    'error.403.reply-restricted.2026-05.json': 'reply_not_allowed',
    'error.429.v1style.json': 'provider_throttled',
    'error.429.v2.json': 'provider_throttled',
    'error.problem.invalid-request.json': 'request_rejected',
  };

  /** The status in a file's name; 403 for v1.1 codes, which stand in its place. */
  function answerIn({ name, text }: { readonly name: string; readonly text: string }) {
    const number = Number(/\.(\d{3})\./.exec(name)?.[1] ?? 400);
    const status = number === 187 || number === 226 ? 403 : number;
    return { kind: 'answer' as const, status, headers: new Headers(), text };
  }

  it('that refuse are classified by status and words', () => {
    const files = filesIn('rest').filter(({ name }) => name.startsWith('error.'));
    for (const file of files) {
      expect(refused(answerIn(file)), file.name).toMatchObject({
        error: { code: codes[file.name] },
      });
    }
    console.log(`${files.length} refusals`);
  });

  it('that accept carry the id of what was sent', () => {
    const files = filesIn('rest').filter(({ name }) => /^(send_dm|create_post)\.201/.test(name));
    for (const file of files)
      expect(accepted(parsedJson(answerIn(file).text)).kind, file.name).toBe('sent');
    console.log(`${files.length} acceptances`);
  });
});
