import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { networkFault, retryAfterField } from '#shared/http-attempt';
import { headBytes } from './content-type.ts';
import { isProviderUrl, isRedirectUrl, type RedirectHosts } from './provider-url.ts';

export interface DownloadRequest extends RedirectHosts {
  readonly url: string;
  /** Shown to the host of `url` only: a redirect to another one is followed without them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The file on disk that the bytes go to; overwritten. */
  readonly file: string;
  readonly maxSizeBytes: number;
  /** Seconds without a byte after which the download is given up. */
  readonly idleSeconds: number;
  /** Ends the download at the latest. */
  readonly signal: AbortSignal;
}

/** The result of a download. Reasons hold no address and no header. */
export type Download =
  | {
      readonly kind: 'fetched';
      readonly sizeBytes: number;
      /** Hex, of the bytes as they came. */
      readonly sha256: string;
      /** The first bytes, for `contentTypeOf`. */
      readonly head: Uint8Array;
    }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterSeconds?: number };

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches one file to disk: hosts checked at every hop, credentials left behind at the first host, size limited by the announced length and by the bytes that
 * come, hashed on the way. Never throws for what a provider or a network can do.
 */
export async function download(request: DownloadRequest): Promise<Download> {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), request.idleSeconds * 1000);
  const signal = AbortSignal.any([request.signal, idle.signal]);
  try {
    const response = await follow(request, signal);
    if (!(response instanceof Response)) return response;
    if (response.status !== 200) return refused(response);
    return await keep(request, response, signal, () => timer.refresh());
  } catch (fault) {
    if (fault instanceof TooLarge) return { kind: 'failed', reason: fault.message };
    return { kind: 'later', reason: networkFault(fault).error.title };
  } finally {
    clearTimeout(timer);
    // A body that is not read any more must not keep its connection.
    idle.abort();
  }
}

/** Follows redirects to the first answer that is none. By itself, because `fetch` would follow to any host. */
async function follow(request: DownloadRequest, signal: AbortSignal): Promise<Response | Download> {
  let address = request.url;
  let headers = request.headers;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const url = callable(address, request, hop > 0);
    if (!(url instanceof URL)) return url;
    // Not shown again once left, not even on the way back.
    if (url.origin !== new URL(request.url).origin) headers = {};
    const response = await fetch(url, {
      // The hash is that of the file, not of a compressed form of it.
      headers: { ...headers, 'accept-encoding': 'identity' },
      redirect: 'manual',
      signal,
    });
    if (!redirects.has(response.status)) return response;
    address = URL.parse(response.headers.get('location') ?? '', url.href)?.href ?? '';
  }
  return { kind: 'failed', reason: `more than ${maxRedirects} redirects` };
}

/** The address as a URL, if it may be called. */
function callable(address: string, hosts: RedirectHosts, isRedirect: boolean): URL | Download {
  const url = URL.parse(address);
  if (!url) return { kind: 'failed', reason: 'the provider named an address that is none' };
  if (isProviderUrl(url, hosts) || (isRedirect && isRedirectUrl(url, hosts))) return url;
  return { kind: 'failed', reason: `${url.hostname} is not one of the provider's hosts` };
}

/** Turns a refusal into a result. An expired address is answered with 404, an expired token with 401: both can pass. */
function refused({ status, headers }: Response): Download {
  const reason = `HTTP ${status} for the file`;
  const passes = status < 400 || status >= 500 || [401, 403, 404, 408, 410, 429].includes(status);
  if (!passes) return { kind: 'failed', reason };
  return { kind: 'later', reason, ...retryAfterField(headers) };
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

async function keep(
  { file, maxSizeBytes }: DownloadRequest,
  { body, headers }: Response,
  signal: AbortSignal,
  moved: () => void,
): Promise<Download> {
  const check = (bytes: number): void => {
    if (bytes > maxSizeBytes) throw new TooLarge(`larger than ${maxSizeBytes} bytes`);
  };
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let head = new Uint8Array();
  check(Number(headers.get('content-length') ?? 0));
  async function* measured(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      moved();
      sizeBytes += chunk.byteLength;
      check(sizeBytes);
      hash.update(chunk);
      if (head.length < headBytes) head = Buffer.concat([head, chunk]).subarray(0, headBytes);
      yield chunk;
    }
  }
  await pipeline(Readable.from(body ?? []), measured, createWriteStream(file), { signal });
  return { kind: 'fetched', sizeBytes, sha256: hash.digest('hex'), head };
}
