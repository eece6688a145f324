import { parse, stringify } from 'node:querystring';

const defaultPorts: ReadonlyMap<string, string> = new Map([
  ['https:', ':443'],
  ['http:', ':80'],
]);

/**
 * Every spelling of our URL that Twilio may have signed: as configured, without a port, with the port (the default
 * one where none is written), and the same of the form a URL parser would write, also with its query as it was before
 * it was escaped. Twilio's products differ, and so do its SDKs' answers to it. The fragment (`#rc=3&rp=5xx`) steers
 * Twilio's retries and is never signed.
 */
export function signedUrls(url: string): readonly string[] {
  const configured = withoutFragment(url);
  const spellings = [configured];
  if (URL.canParse(configured)) {
    const { href } = new URL(configured);
    spellings.push(href, withPlainQuery(href));
  }
  return [...new Set(spellings.flatMap(portSpellings))];
}

/** Twilio signs `Body=it's` and sends `Body=it%27s` (twilio-node 1059): the spelling of its own library. */
function withPlainQuery(url: string): string {
  const [before = '', query] = url.split(/\?(.*)/s, 2);
  return query ? `${before}?${stringify(parse(query, '&', '=', { maxKeys: 0 }))}` : url;
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
