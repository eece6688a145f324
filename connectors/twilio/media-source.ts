import * as z from 'zod';
import { defineMediaSource } from '#shared/connector/define-media-source';
import type { MediaContext, MediaLocation, MediaReference } from '#shared/connector/media';
import { attemptHttp, retryAfterField } from '#shared/http-attempt';
import { parsedJson } from '#shared/json';
import { providerUrl } from '#shared/media/provider-url';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { authorization } from './outbound/send.ts';

type Context = MediaContext<Account, Credentials>;

/** Hosts of Twilio's API, all regions. They alone are shown the credentials. */
const hosts = ['twilio.com'];

/** A Media resource, as `MediaUrl0` names it. */
const mediaPath =
  /^\/2010-04-01\/Accounts\/[^/]+\/(?:Messages\/[^/]+\/)?Media\/ME[0-9a-fA-F]{1,32}$/;

const Resource = z.looseObject({ content_type: z.string().optional().catch(undefined) });

/** The wait when the account is refused: no file can be had until its credentials are right. */
const brokenAccountSeconds = 900;

/**
 * Twilio answers 404 for a file that was deleted, and for seconds after the webhook for one that is on its way
 * (chatwoot/chatwoot#15504).
 */
const missingAfterSeconds = 120;

/**
 * Files of MMS, RCS and WhatsApp messages. `MediaUrl0` wants Basic auth and redirects to an address at a file host,
 * which lives four hours and wants none (messaging/api/media-resource; help article 223183748, which names the hosts).
 */
export const mediaSource = defineMediaSource({
  account: Account,
  credentials: Credentials,
  hosts,
  redirectHosts: ['twiliocdn.com', 's3-external-1.amazonaws.com'],
  /** RCS and WhatsApp documents; an MMS has 5 MB at most. */
  maxSizeBytes: 100 * 1024 * 1024,
  // Twilio keeps a file until it is deleted: so long it is worth asking.
  keptHours: 30 * 24,
  direct: ({ reference }, context: Context) => {
    const url = providerUrl(reference, { ...context, hosts });
    return url && found(url, context);
  },
  locate,
});

/** Asks for the Media resource, which says why a file cannot be had: the file itself did not come. */
async function locate({ reference }: MediaReference, context: Context): Promise<MediaLocation> {
  const url = providerUrl(reference, { ...context, hosts });
  if (!url) {
    const host = URL.parse(reference)?.hostname;
    const reason = host ? `${host} is not one of the provider's hosts` : 'no address of a file';
    return { kind: 'failed', reason };
  }
  if (!mediaPath.test(url.pathname)) return found(url, context);
  const result = await attemptHttp({
    url: `${url.origin}${url.pathname}.json`,
    method: 'GET',
    headers: { authorization: authorization(context.credentials), accept: 'application/json' },
    timeoutSeconds: context.timeoutSeconds,
  });
  if (result.kind !== 'answer') return { kind: 'later', reason: result.error.title };
  if (result.status !== 200) return refused(result);
  const { content_type: contentType } = Resource.catch({}).parse(parsedJson(result.text));
  return { ...found(url, context), ...(contentType === undefined ? {} : { contentType }) };
}

function found({ href }: URL, { credentials }: Context) {
  const headers = { authorization: authorization(credentials) };
  return { kind: 'found' as const, url: href, headers };
}

function refused({
  status,
  headers,
}: {
  readonly status: number;
  readonly headers: Headers;
}): MediaLocation {
  const reason = `HTTP ${status} for the media resource`;
  if (status === 410) return { kind: 'expired', reason };
  if (status === 404) return { kind: 'later', reason, expiredAfterSeconds: missingAfterSeconds };
  if (status === 401 || status === 403) {
    return { kind: 'later', reason, retryAfterSeconds: brokenAccountSeconds };
  }
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (isFinal) return { kind: 'failed', reason };
  return { kind: 'later', reason, ...retryAfterField(headers) };
}
