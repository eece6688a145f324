import { retryOverride, withoutFragment } from '#connectors/twilio/webhook-url';
import type { RecordedRequest } from '#shared/connector/doctor';
import type { WebhookRequest } from '#shared/connector/webhook';
import { asItIs, differing, distinct, type Variant } from './variant.ts';

const inConsole = (url: string) => `enter ${url} in Twilio's console`;

/** Every spelling of the URL that may have been signed; the configured one is the first. */
export function urlVariants(
  recorded: RecordedRequest,
  { subpath, rawQueryString }: WebhookRequest,
  publicUrl: string,
): readonly Variant<string>[] {
  const next = inConsole(`${withoutFragment(publicUrl)}${subpath && `/${subpath}`}`);
  const orBase = `${next}, or set publicBaseUrl to the address that is entered there`;
  const origins = originVariants(recorded, publicUrl, orBase);
  const paths = pathVariants(recorded, publicUrl, subpath, next);
  const queries = queryVariants(rawQueryString, next);
  const fragments = fragmentVariants(recorded.url, publicUrl);
  const urls = origins.flatMap((origin) =>
    paths.flatMap((path) =>
      queries.flatMap((query) =>
        fragments.map((fragment) => ({
          value: origin.value + path.value + query.value + fragment.value,
          differences: [origin, path, query, fragment].flatMap((part) => part.differences),
        })),
      ),
    ),
  );
  const few = urls.filter(({ differences }) => differences.length <= 3);
  return distinct(
    few.toSorted((a, b) => a.differences.length - b.differences.length),
    (url) => url,
  );
}

/** Schemes, hosts and ports, together: one of them differs, or two. */
function originVariants(
  { url, headers }: RecordedRequest,
  publicUrl: string,
  next: string,
): readonly Variant<string>[] {
  const [, scheme = '', authority = ''] = /^([a-z]+):\/\/([^/?#]*)/i.exec(publicUrl) ?? [];
  const host = (text: string) => text.replace(/:\d*$/, '');
  const other = scheme.toLowerCase() === 'https' ? 'http' : 'https';
  const schemes = [
    asItIs(scheme),
    differing(other, 'scheme', `it was signed for ${other}:// instead of ${scheme}://`, next),
  ];
  const seen = [headers['x-forwarded-host'], headers['x-original-host'], headers['host']];
  const recordedHost = /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1];
  const named = [...seen.flatMap((text) => text?.split(/\s*,\s*/) ?? []), recordedHost ?? ''];
  const ports = [headers['x-forwarded-port'] ?? '', '3000', '8080', '8443', '4566', '80', '443'];
  const authorities = [
    asItIs(authority),
    differing(
      authority.toLowerCase(),
      'host',
      'it was signed for the host in lower case',
      'write publicBaseUrl in lower case',
    ),
    ...ports
      .filter((port) => port !== '')
      .map((port) => withPort(`${host(authority)}:${port}`, port, next)),
    ...named
      .filter((text) => text !== '')
      // A host has no case, but a signature does: Twilio signs what was entered.
      .flatMap((text) => [text.toLowerCase(), text])
      .map((text) =>
        host(text) === host(authority)
          ? withPort(text, text.slice(host(text).length + 1), next)
          : differing(text, 'host', `it was signed for the host ${text}`, next),
      ),
  ];
  return schemes.flatMap((one) =>
    distinct(authorities, (text) => text).map((two) => ({
      value: `${one.value}://${two.value}`,
      differences: [...one.differences, ...two.differences],
    })),
  );
}

function withPort(value: string, port: string, next: string): Variant<string> {
  return differing(value, 'port', `it was signed with the port ${port}`, next);
}

/** Common names of stages, for a recording that does not show the one that was signed. */
const stages = ['prod', 'dev', 'test', 'staging', 'live', 'default', '$default', 'v1', 'api'];

function pathVariants(
  { url }: RecordedRequest,
  publicUrl: string,
  subpath: string,
  next: string,
): readonly Variant<string>[] {
  const path = pathOf(publicUrl) + (subpath && `/${subpath}`);
  const without = path.replace(/^\/[^/]+(?=\/.*\/webhooks\/|\/webhooks\/)/, '');
  const left = path.slice(0, path.length - without.length);
  const of = (value: string, name: string, finding: string) =>
    differing(value, name, finding, next);
  const paths = [
    asItIs(path),
    of(without, 'stage', `it was signed without ${left} before the path`),
    ...stages.map((stage) =>
      of(`/${stage}${path}`, 'stage', `it was signed with the stage /${stage} before the path`),
    ),
    of(`/${path}`, 'path', 'it was signed with two slashes before the path'),
    of(pathOf(url), 'path', `it was signed for the path ${pathOf(url) || '(none)'}`),
  ];
  const slashed = paths.map(({ value, differences }) => {
    const has = value.endsWith('/');
    const other = of(
      has ? value.replace(/\/+$/, '') : `${value}/`,
      'slash',
      `it was signed ${has ? 'without the' : 'with a'} slash at the end`,
    );
    return { value: other.value, differences: [...differences, ...other.differences] };
  });
  // A slash is said to be one, also where the recording shows the whole path that was signed.
  const own = slashed.slice(0, 1);
  return distinct([...paths.slice(0, 1), ...own, ...paths, ...slashed], (text) => text);
}

function pathOf(url: string): string {
  return withoutFragment(url)
    .replace(/^[a-z]+:\/\/[^/?]*/i, '')
    .replace(/\?.*/s, '');
}

function queryVariants(query: string, next: string): readonly Variant<string>[] {
  const pairs = query.split('&');
  const sorted = pairs.toSorted().join('&');
  const anew = new URLSearchParams(query).toString();
  const none = differing('', 'query', 'it was signed without the query', next);
  if (query === '') return [asItIs('')];
  const keep = 'let every proxy in front pass the query on as it came, or enter a URL without one';
  const spelled = (text: string, finding: string) => differing(`?${text}`, 'query', finding, keep);
  return distinct(
    [
      asItIs(`?${query}`),
      none,
      spelled(sorted, 'it was signed with the query in another order'),
      spelled(pairs.toReversed().join('&'), 'it was signed with the query in another order'),
      spelled(anew, 'it was signed with the query in another encoding'),
      spelled(anew.replaceAll('+', '%20'), 'it was signed with the query in another encoding'),
      spelled(decoded(query), 'it was signed with the query before it was encoded'),
    ],
    (text) => text,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fragmentVariants(url: string, publicUrl: string): readonly Variant<string>[] {
  const fragments = [url, publicUrl, retryOverride, '#rc=3&rp=5xx,ct,rt'];
  const found = fragments.map((text) => text.slice(withoutFragment(text).length));
  return distinct(
    [
      asItIs(''),
      ...found.map((text) =>
        differing(
          text,
          'fragment',
          `it was signed with ${text}; Twilio never signs it`,
          'sign the URL without its fragment: this was no request of Twilio',
        ),
      ),
    ],
    (text) => text,
  );
}
