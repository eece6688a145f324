import * as z from 'zod';
import type { ApiAnswer, ApiRequest } from '#infra/local/simulators/simulator';
import type { Way } from './call.ts';

/** A v2 problem, as X words it. */
export function problem(
  status: number,
  title: string,
  detail: string,
  type = 'about:blank',
): ApiAnswer {
  return json(status, { title, detail, type, status });
}

/** The answer of X to a body or a query its schema does not allow. */
export function invalidRequest(message: string, parameters: object = {}): ApiAnswer {
  return json(400, {
    errors: [{ parameters, message }],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'https://api.x.com/2/problems/invalid-request',
  });
}

export const unauthorized = problem(401, 'Unauthorized', 'Unauthorized');

export const forbidden = problem(403, 'Forbidden', 'Forbidden');

export const tooManyRequests = problem(429, 'Too Many Requests', 'Too Many Requests');

/** The production body has no `status` field. */
export const creditsDepleted = json(402, {
  title: 'Payment Required',
  detail: 'credits depleted',
  type: 'https://api.x.com/2/problems/credits-depleted',
});

/** X's own refusals of replies. */
export const notSummoned = problem(
  403,
  'Forbidden',
  'You can only reply to or quote posts where you are mentioned or are the author.',
);

export const postUnavailable = problem(
  403,
  'Forbidden',
  'You attempted to reply to a Tweet that is deleted or not visible to you.',
);

export const notFound = problem(404, 'Not Found', 'Not Found');

export const duplicate = problem(
  403,
  'Forbidden',
  'You are not allowed to create a Tweet with duplicate content.',
);

const wayNames: Readonly<Record<Way, string>> = {
  oauth1: 'OAuth 1.0a User Context',
  oauth2: 'OAuth 2.0 User Context',
  app: 'OAuth 2.0 Application-Only',
};

/** X answers 200 with this where it has no such thing, or does not show it. */
export function missing(resource: 'dm_event' | 'media' | 'tweet' | 'user', value: string) {
  return {
    ...{ value, detail: `Could not find ${resource} with id: [${value}].`, parameter: 'id' },
    ...{ title: 'Not Found Error', resource_type: resource, resource_id: value },
    type: 'https://api.x.com/2/problems/resource-not-found',
  };
}

/** The caller is known, but this endpoint does not take the way in which it has signed in. */
export function wrongWay(given: Way, taken: readonly Way[]): ApiAnswer {
  const names = taken.map((way) => wayNames[way]).join(', ');
  return problem(
    403,
    'Unsupported Authentication',
    `Authenticating with ${wayNames[given]} is forbidden for this endpoint.  Supported authentication types are [${names}].`,
    'https://api.x.com/2/problems/unsupported-authentication',
  );
}

export function json(status: number, value: unknown): ApiAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}

export type Read<Value> = { readonly value: Value } | { readonly refusal: ApiAnswer };

/** Reads a JSON body by a schema; without one that fits, X's refusal. */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  { headers, body }: ApiRequest,
): Read<z.output<Schema>> {
  if (!headers['content-type']?.startsWith('application/json')) {
    return { refusal: problem(415, 'Unsupported Media Type', 'the body must be JSON') };
  }
  try {
    const result = schema.safeParse(JSON.parse(body.toString('utf8')));
    if (result.success) return { value: result.data };
    const [issue] = result.error.issues;
    return { refusal: invalidRequest(`$.${issue?.path.join('.')}: ${issue?.message}`) };
  } catch {
    return { refusal: invalidRequest('the body is no JSON') };
  }
}

/** Reads a query by a schema; with a parameter that X does not know, its refusal. */
export function readQuery<Schema extends z.ZodType>(
  schema: Schema,
  { query }: ApiRequest,
): Read<z.output<Schema>> {
  const read = schema.safeParse(Object.fromEntries(query));
  return read.success
    ? { value: read.data }
    : { refusal: invalidRequest(z.prettifyError(read.error)) };
}
