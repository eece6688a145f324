/**
 * The hosts whose addresses may be called: a provider's hosts with their subdomains, and the API that was configured.
 */
export interface ProviderHosts {
  readonly hosts: readonly string[];
  /** A deployment may point at a proxy, the local stack points at a simulator without TLS. */
  readonly apiUrl: string;
}

/** The hosts that a provider may redirect to: they only keep its files, and are shown no credentials. */
export interface RedirectHosts extends ProviderHosts {
  readonly redirectHosts?: readonly string[];
}

/** Tells if a redirect of the provider's may be followed to this address. Pure. */
export function isRedirectUrl(url: URL, { redirectHosts = [], apiUrl }: RedirectHosts): boolean {
  if (redirectHosts.length === 0) return false;
  // On a laptop the simulator and the host of its files are this machine.
  if (isLoopback(new URL(apiUrl)) && isLoopback(url)) return true;
  return isProviderUrl(url, { hosts: redirectHosts, apiUrl });
}

function isLoopback({ hostname, username }: URL): boolean {
  return username === '' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname);
}

/**
 * Tells if an address is the provider's own, so that it may be fetched and shown our token. Every other address is
 * refused, wherever it comes from: HTTPS on its own port only, and no credentials in the address. Pure.
 */
export function isProviderUrl(url: URL, { hosts, apiUrl }: ProviderHosts): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (url.origin === new URL(apiUrl).origin) return true;
  if (url.protocol !== 'https:' || url.port !== '') return false;
  return hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
}

/** The address that a provider sent, if it is one of its own. Pure. */
export function providerUrl(address: string, hosts: ProviderHosts): URL | undefined {
  const url = URL.parse(address);
  return url && isProviderUrl(url, hosts) ? url : undefined;
}
