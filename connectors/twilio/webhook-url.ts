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
