import type { ApiAnswer } from './simulator.ts';

/** A v2 problem, as X words it. */
export function problem(
  status: number,
  title: string,
  detail: string,
  type = 'about:blank',
): ApiAnswer {
  return json(status, { title, detail, type, status });
}

/** What X answers to a body its schema does not allow. */
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

/** v1.1 code → HTTP status and sentence. The codes are X's; statuses and sentences not seen in a recording are remembered. */
const oldErrors: Readonly<Record<string, readonly [number, string]>> = {
  32: [401, 'Could not authenticate you.'],
  64: [403, 'Your account is suspended and is not permitted to access this feature.'],
  88: [429, 'Rate limit exceeded'],
  89: [401, 'Invalid or expired token.'],
  130: [503, 'Over capacity'],
  150: [403, 'You cannot send messages to users who are not following you.'],
  186: [403, 'Tweet needs to be a bit shorter.'],
  187: [403, 'Status is a duplicate.'],
  226: [403, 'This request looks like it might be automated.'],
  326: [403, 'To protect our users from spam, this account is temporarily locked.'],
  349: [403, 'You cannot send messages to this user.'],
  354: [403, 'The text of your direct message is over the max character limit.'],
  385: [403, 'You attempted to reply to a tweet that is deleted or not visible to you.'],
  433: [403, 'The original Tweet author restricted who can reply to this Tweet.'],
};

/**
 * X's own body for a named fault: a status, `403-duplicate`, `403-not-summoned`, or a v1.1 error code. Undefined for
 * any other name.
 */
export function fault(name: string): ApiAnswer | undefined {
  switch (name) {
    case '429':
      return rateLimited();
    case '500':
      return problem(500, 'Internal Server Error', 'Something is broken.');
    case '401':
      return unauthorized;
    case '402':
      // The production body has no `status` field.
      return json(402, {
        title: 'Payment Required',
        detail: 'credits depleted',
        type: 'https://api.x.com/2/problems/credits-depleted',
      });
    case '403-duplicate':
      return duplicate;
    case '403-not-summoned':
      return problem(
        403,
        'Forbidden',
        'You can only reply to or quote posts where you are mentioned or are the author.',
      );
    default: {
      if (!/^\d+$/.test(name)) return undefined;
      const [status, message] = oldErrors[name] ?? [403, 'Forbidden.'];
      return json(status, { errors: [{ code: Number(name), message }] });
    }
  }
}

/** The window ends in two seconds: a laptop does not wait for fifteen minutes. */
function rateLimited(): ApiAnswer {
  const answer = problem(429, 'Too Many Requests', 'Too Many Requests');
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'x-rate-limit-limit': '15',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + 2),
    },
  };
}
