import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { accepted, refused } from '#connectors/twitter/outbound/classify';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { parsedJson } from '#shared/json';
import { challenge, credentials, eventsOf, itemsOf, ownUserId, post } from './received.ts';

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
      if (crc_token.length < 16) expect(outcome).toMatchObject({ statusCode: 403 });
      else expect(outcome).toMatchObject({ response: { body: JSON.stringify(response) } });
    }
    for (const { crc_token } of vectors.crc_must_refuse) {
      const query = crc_token === null ? '' : `crc_token=${encodeURIComponent(crc_token)}`;
      expect(challenge(query).kind).toBe('refused');
    }
    console.log(`${vectors.crc.length} challenges, ${vectors.crc_must_refuse.length} to refuse`);
  });
});

describe('payloads', () => {
  const Named = z.looseObject({
    for_user_id: z.string().optional(),
    data: z.looseObject({ filter: z.looseObject({ user_id: z.string().optional() }) }).optional(),
    message_create: z.unknown().optional(),
  });

  /** What a file becomes; a bare message object is put into the envelope it is documented for. */
  function read(text: string): readonly (ChannelEvent['kind'] | 'unreadable')[] {
    const named = Named.parse(JSON.parse(text));
    const recipient = '1234858592';
    const isBare = named.message_create !== undefined;
    const body = isBare ? { for_user_id: recipient, direct_message_events: [named] } : named;
    const address =
      named.for_user_id ?? named.data?.filter.user_id ?? (isBare ? recipient : ownUserId);
    return itemsOf(body, address).flatMap((item) => {
      expect(item.unreadable).toBeUndefined();
      try {
        return eventsOf(item, address).map(({ kind }) => kind);
      } catch (fault) {
        expect(fault).toBeInstanceOf(ConnectorError);
        return ['unreadable'];
      }
    });
  }

  it.each(['xaa', 'aaa'])('of folder %s are read, or refused by name', (folder) => {
    const files = filesIn(folder);
    const kinds = files.map(({ name, text }) => ({ name, kinds: read(text) }));
    const count = (kind: string) =>
      kinds.flatMap((file) => file.kinds).filter((k) => k === kind).length;
    const counted = ['message', 'status', 'deletion', 'alert', 'ignored', 'unreadable'].map(
      (kind) => `${count(kind)} ${kind}`,
    );
    console.log(`${folder}: ${files.length} files, ${counted.join(', ')}`);
    if (files.length === 0) return;
    expect(count('message')).toBeGreaterThan(0);
    // Only files whose documentation left the post out as a placeholder may be unreadable.
    const unreadable = kinds.filter((file) => file.kinds.includes('unreadable'));
    expect(unreadable.filter(({ name }) => !name.includes('placeholder'))).toEqual([]);
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
      expect(refused(answerIn(file), 1), file.name).toMatchObject({
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
