/** The fragment (`#rc=3&rp=5xx`) steers Twilio's retries; it is neither sent nor signed. */
export function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash < 0 ? url : url.slice(0, hash);
}

/** The URL that Twilio called: the configured one and what API Gateway reports behind it. */
export function requestedUrl(
  { subpath, rawQueryString }: { readonly subpath: string; readonly rawQueryString: string },
  publicUrl: string,
): string {
  const path = subpath === '' ? '' : `/${subpath}`;
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  return withoutFragment(publicUrl) + path + query;
}

/**
 * Three repeats within fifteen seconds. `rp` names classes only (usage/webhooks/webhooks-connection-overrides): 429,
 * which API Gateway answers to too many requests at once, is repeated with all 4xx or not at all.
 */
export const retryOverride = '#rc=3&rp=4xx,5xx,ct,rt';
