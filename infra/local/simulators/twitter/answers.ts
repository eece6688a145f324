import type { ApiAnswer } from '#infra/local/simulators/simulator';

/** A v2 problem, as X words it. */
export function problem(
  status: number,
  title: string,
  detail: string,
  type = 'about:blank',
): ApiAnswer {
  return json(status, { title, detail, type, status });
}

/** The answer of X to a body its schema does not allow. */
export function invalidRequest(message: string): ApiAnswer {
  return json(400, {
    errors: [{ message }],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'https://api.x.com/2/problems/invalid-request',
  });
}

export const unauthorized = problem(401, 'Unauthorized', 'Unauthorized');

export const duplicate = problem(
  403,
  'Forbidden',
  'You are not allowed to create a Tweet with duplicate content.',
);

export function json(status: number, value: unknown): ApiAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  };
}
