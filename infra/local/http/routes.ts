import type { App } from '#infra/local/template/app';
import {
  declared,
  IntegrationProperties,
  nameIn,
  RouteProperties,
} from '#infra/local/template/declared';

export interface Route {
  readonly key: string;
  /** `ANY` for all. */
  readonly method: string;
  /** `$default`, or segments where `{name}` stands for one segment and `{name+}` for the rest. */
  readonly segments: readonly string[];
  readonly functionName: string;
  readonly timeoutMilliseconds: number;
}

export interface RouteMatch {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** The routes of the app's HTTP API. Throws for an integration that is not a Lambda proxy with payload 2.0. */
export function routesOf(app: App): readonly Route[] {
  const integrations = new Map(
    app
      .resources('AWS::ApiGatewayV2::Integration')
      .map((resource) => [resource.identity.ref, declared(IntegrationProperties, resource)]),
  );
  return app.resources('AWS::ApiGatewayV2::Route').map((resource) => {
    const { RouteKey, Target } = declared(RouteProperties, resource);
    const integration = integrations.get(Target.replace(/^integrations\//, ''));
    if (!integration) throw new Error(`template: route ${RouteKey} has no integration ${Target}`);
    return parseRoute(RouteKey, nameIn(integration.IntegrationUri), integration.TimeoutInMillis);
  });
}

/** Reads a route key: `$default`, or a method and a path. */
export function parseRoute(key: string, functionName: string, timeoutMilliseconds = 30_000): Route {
  const [method = '', path] = key === '$default' ? ['ANY', '$default'] : key.split(' ');
  if (!path) throw new Error(`template: route key ${key} has no path`);
  return { key, method, segments: segmentsOf(path), functionName, timeoutMilliseconds };
}

/**
 * The most specific route that takes a request, or none: literal segments before variables, variables before
 * `{proxy+}`, `$default` last; of equal ones, a named method before `ANY` ("Routing API requests").
 */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch | undefined {
  return routes
    .filter((route) => route.method === 'ANY' || route.method === method)
    .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .map((route) => ({ route, pathParameters: parametersOf(route, segmentsOf(path)) }))
    .find((match): match is RouteMatch => match.pathParameters !== undefined);
}

function segmentsOf(path: string): readonly string[] {
  return path === '$default' ? [path] : path.split('/').slice(1);
}

const isVariable = (segment: string) => segment.startsWith('{');
const isGreedy = (segment: string) => segment.endsWith('+}');

/** Sorts as text: one character for each segment, the more specific the earlier in the alphabet. */
function rank({ segments, method }: Route): string {
  const kinds = segments.map((segment) => {
    if (segment === '$default') return 'z';
    if (isGreedy(segment)) return 'c';
    return isVariable(segment) ? 'b' : 'a';
  });
  return `${kinds.join('')}~${method === 'ANY' ? 'b' : 'a'}`;
}

/** The path's variables; undefined when the path is not of this route. */
function parametersOf(
  { segments }: Route,
  given: readonly string[],
): Record<string, string> | undefined {
  if (segments[0] === '$default') return {};
  const greedy = isGreedy(segments.at(-1) ?? '');
  const fits = greedy ? given.length >= segments.length : given.length === segments.length;
  const pairs = segments.map((segment, index) => {
    const rest = isGreedy(segment) ? given.slice(index) : given.slice(index, index + 1);
    return [segment, rest.join('/')] as const;
  });
  if (!fits || !pairs.every(([segment, text]) => accepts(segment, text))) return undefined;
  const variables = pairs.filter(([segment]) => isVariable(segment));
  return Object.fromEntries(
    variables.map(([segment, text]) => [segment.replace(/^\{|\+?\}$/g, ''), decoded(text)]),
  );
}

function accepts(segment: string, text: string): boolean {
  return isVariable(segment) ? text !== '' : text === segment;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
