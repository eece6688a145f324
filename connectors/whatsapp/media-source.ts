import * as z from 'zod';
import { defineMediaSource } from '#shared/connector/define-media-source';
import type { MediaContext, MediaLocation, MediaReference } from '#shared/connector/media';
import { attemptHttp, retryAfterField } from '#shared/http-attempt';
import { objectOf, parsedJson } from '#shared/json';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { type ErrorFamily, errorFamily } from './error-codes.ts';
import { hexHash } from './inbound/sha256.ts';
import { MetaError } from './payload.ts';

type Context = MediaContext<Account, Credentials>;

/** The answer of `GET /{media-id}`; only the address is indispensable. The size comes as text. */
const MediaAnswer = z.looseObject({
  url: z.string().min(1),
  mime_type: z.string().optional().catch(undefined),
  sha256: z.string().optional().catch(undefined),
  file_size: z.coerce.number().int().nonnegative().optional().catch(undefined),
});

/**
 * The wait when the account is refused: a token or a permission is not corrected within minutes, and until then every
 * answer is the same.
 */
const brokenAccountSeconds = 900;

/**
 * Files customers send. Meta keeps them for 7 days after the webhook; the address it gives lives 5 minutes and wants
 * the token (business-phone-numbers/media, 11 December 2025).
 */
export const mediaSource = defineMediaSource({
  account: Account,
  credentials: Credentials,
  hosts: ['lookaside.fbsbx.com', 'lookaside.cdnwhatsapp.net'],
  /** Documents, the largest kind. */
  maxSizeBytes: 100 * 1024 * 1024,
  keptHours: 7 * 24,
  direct: ({ downloadUrl }, context: Context) =>
    downloadUrl === undefined ? undefined : found(downloadUrl, context),
  locate,
});

async function locate({ reference }: MediaReference, context: Context): Promise<MediaLocation> {
  const { account, apiUrl, timeoutSeconds } = context;
  // Without `phone_number_id`: a customer's file was not uploaded on our number, and Meta refuses it then
  // (chatwoot/chatwoot#13319).
  const result = await attemptHttp({
    url: `${apiUrl}/${account.graphVersion}/${encodeURIComponent(reference)}`,
    method: 'GET',
    headers: headersOf(context),
    timeoutSeconds,
  });
  if (result.kind !== 'answer') return { kind: 'later', reason: result.error.title };
  const body = parsedJson(result.text);
  if (result.status !== 200) return refused(result, body);
  const answer = MediaAnswer.safeParse(body);
  if (!answer.success) return { kind: 'later', reason: 'the provider answered without an address' };
  const { url, mime_type: contentType, sha256, file_size: sizeBytes } = answer.data;
  const hash = sha256 === undefined ? undefined : hexHash(sha256);
  return {
    ...found(url, context),
    ...(hash === undefined ? {} : { sha256: hash }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

function found(url: string, context: Context) {
  return { kind: 'found' as const, url, headers: headersOf(context) };
}

function headersOf({ credentials }: Context): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${credentials.accessToken}`,
    // Meta's OpenAPI wants a name and a version of three numbers, and refuses undici's own.
    'user-agent': 'switchboard/0.1.0',
  };
}

/** Meta's code decides first, as it does for sends; an unknown code leaves it to the HTTP status. */
function refused(
  { status, headers }: { readonly status: number; readonly headers: Headers },
  body: unknown,
): MediaLocation {
  const { code, error_subcode: subcode } = MetaError.catch({}).parse(objectOf(body)['error']);
  const reason = `HTTP ${status}${code === undefined ? '' : `, code ${code}`} for the media id`;
  // 100 with subcode 33: there is no such object. Seven days after the webhook that is the usual answer.
  if (status === 404 || (code === 100 && subcode === 33)) return { kind: 'expired', reason };
  const outcome = (code === undefined ? undefined : errorFamily(code)?.outcome) ?? byStatus(status);
  if (outcome === 'failed') return { kind: 'failed', reason };
  const wait =
    outcome === 'account_paused'
      ? { retryAfterSeconds: brokenAccountSeconds }
      : retryAfterField(headers);
  return { kind: 'later', reason, ...wait };
}

function byStatus(status: number): ErrorFamily['outcome'] {
  if (status === 401 || status === 403) return 'account_paused';
  if (status === 408 || status === 429) return 'not_sent';
  return status >= 400 && status < 500 ? 'failed' : 'server';
}
