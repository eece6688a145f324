const defaultPorts: ReadonlyMap<string, string> = new Map([
  ['https:', ':443'],
  ['http:', ':80'],
]);

/**
 * Every spelling of our URL that Twilio may have signed: as configured, without a port, with the port (the default
 * one where none is written), and the same of the form a URL parser would write. Twilio's products differ, and so
 * do its SDKs' answers to it. The fragment (`#rc=3&rp=5xx`) steers Twilio's retries and is never signed.
 */
export function signedUrls(url: string): readonly string[] {
  const configured = withoutFragment(url);
  const spellings = portSpellings(configured);
  if (!URL.canParse(configured)) return spellings;
  return [...new Set([...spellings, ...portSpellings(new URL(configured).toString())])];
}

export function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash < 0 ? url : url.slice(0, hash);
}

/** Cuts by hand, because a URL parser would change the characters that were signed (`'` becomes `%27`). */
function portSpellings(url: string): readonly string[] {
  const match = /^([^:/?#]+:)\/\/([^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)(:\d*)?(.*)$/s.exec(url);
  if (!match) return [url];
  const [, scheme = '', user = '', host = '', written, rest = ''] = match;
  const port = written ?? defaultPorts.get(scheme.toLowerCase()) ?? '';
  const before = `${scheme}//${user}${host}`;
  return [before + rest, before + port + rest];
}
