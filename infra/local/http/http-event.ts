import { place } from '#infra/local/place';
import type { RouteMatch } from './routes.ts';

/** A request as it came in, before it is an event. */
export interface GatewayRequest {
  readonly id: string;
  readonly method: string;
  /** Path and query string, as on the request line. */
  readonly target: string;
  /** Names and values alternately, as received (`rawHeaders`). */
  readonly rawHeaders: readonly string[];
  /** Undefined when it was too long to keep. */
  readonly body: Buffer | undefined;
  readonly sourceIp: string;
  readonly port: number;
  readonly receivedAt: Date;
}

/** The path of a request, without its query string. */
export function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? '';
}

/** The event of payload format 2.0 that API Gateway makes of a request. */
export function httpEvent(request: GatewayRequest, match: RouteMatch): Record<string, unknown> {
  const headers = joinedHeaders(request);
  const { cookie, ...others } = headers;
  const rawPath = pathOf(request.target);
  const rawQueryString = request.target.slice(rawPath.length + 1);
  const query = joinedQuery(rawQueryString);
  return {
    version: '2.0',
    routeKey: match.route.key,
    rawPath,
    rawQueryString,
    ...(cookie ? { cookies: cookie.split(/;\s*/) } : {}),
    headers: others,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: requestContext(request, match, headers),
    ...(Object.keys(match.pathParameters).length > 0
      ? { pathParameters: match.pathParameters }
      : {}),
    ...bodyOf(request.body, headers['content-type']),
  };
}

/**
 * Text goes as it is only for `text/*` and these three types; everything else, forms included, and a body without
 * a content type is base64 (observed on AWS, ministackorg/ministack#766).
 */
function bodyOf(body: Buffer | undefined, contentType = ''): Record<string, unknown> {
  if (!body || body.length === 0) return { isBase64Encoded: false };
  const isText = /^(text\/|application\/(json|xml|javascript)\s*(;|$))/i.test(contentType.trim());
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** Names in lower case; repeated headers are joined by a comma. API Gateway adds what its proxies know. */
function joinedHeaders({ rawHeaders, sourceIp, port, id }: GatewayRequest): Record<string, string> {
  const joined: Record<string, string> = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const separator = name === 'cookie' ? '; ' : ',';
    joined[name] = joined[name] === undefined ? value : `${joined[name]}${separator}${value}`;
  }
  delete joined['connection'];
  delete joined['transfer-encoding'];
  const forwarded = joined['x-forwarded-for'];
  return {
    ...joined,
    'x-amzn-trace-id': `Root=1-00000000-${id.replaceAll('-', '').slice(0, 24)}`,
    'x-forwarded-for': forwarded ? `${forwarded}, ${sourceIp}` : sourceIp,
    'x-forwarded-port': String(port),
    'x-forwarded-proto': 'http',
  };
}

function joinedQuery(rawQueryString: string): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

function requestContext(
  request: GatewayRequest,
  match: RouteMatch,
  headers: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const domainName = headers['host'] ?? '';
  return {
    accountId: place.accountId,
    apiId: 'local',
    domainName,
    domainPrefix: domainName.split(/[.:]/, 1)[0],
    http: {
      method: request.method,
      path: pathOf(request.target),
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: request.id,
    routeKey: match.route.key,
    stage: '$default',
    time: gatewayTime(request.receivedAt),
    timeEpoch: request.receivedAt.getTime(),
  };
}

/** `21/Nov/2026:23:19:30 +0000`, the common log format's time. */
function gatewayTime(at: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(at.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
