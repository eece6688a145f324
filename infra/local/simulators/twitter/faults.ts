import type { ApiAnswer, Faults } from '#infra/local/simulators/simulator';
import {
  creditsDepleted,
  duplicate,
  forbidden,
  json,
  notSummoned,
  postUnavailable,
  problem,
  tooManyRequests,
  unauthorized,
} from './answers.ts';

/** v1.1 code → HTTP status and sentence. The codes are X's; statuses and sentences not seen in a recording are remembered. */
const oldErrors: Readonly<Record<string, readonly [number, string]>> = {
  32: [401, 'Could not authenticate you.'],
  64: [403, 'Your account is suspended and is not permitted to access this feature.'],
  88: [429, 'Rate limit exceeded'],
  89: [401, 'Invalid or expired token.'],
  130: [503, 'Over capacity'],
  135: [401, 'Timestamp out of bounds.'],
  150: [403, 'You cannot send messages to users who are not following you.'],
  151: [403, 'There was an error sending your message.'],
  186: [403, 'Tweet needs to be a bit shorter.'],
  185: [403, 'User is over daily status update limit.'],
  187: [403, 'Status is a duplicate.'],
  215: [400, 'Bad Authentication data.'],
  226: [
    403,
    "This request looks like it might be automated. To protect our users from spam and other malicious activity, we can't complete this action right now. Please try again later.",
  ],
  261: [403, 'Application cannot perform write actions.'],
  326: [
    403,
    'To protect our users from spam and other malicious activity, this account is temporarily locked. Please log in to https://twitter.com to unlock your account.',
  ],
  344: [403, 'You have reached your daily limit for this action.'],
  349: [403, 'You cannot send messages to this user.'],
  354: [403, 'The text of your direct message is over the max character limit.'],
  385: [403, 'You attempted to reply to a tweet that is deleted or not visible to you.'],
  416: [403, 'Invalid / suspended application'],
  433: [403, 'The original Tweet author restricted who can reply to this Tweet.'],
  453: [403, 'You currently have access to a subset of X API V2 endpoints.'],
};

/** Answers by name: a status, or a refusal that X has no code for. */
const named: Readonly<Record<string, () => ApiAnswer>> = {
  401: () => unauthorized,
  402: () => creditsDepleted,
  403: () => forbidden,
  '403-duplicate': () => duplicate,
  '403-not-summoned': () => notSummoned,
  '403-not-engaged': () =>
    problem(
      403,
      'Forbidden',
      'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
    ),
  '403-post-unavailable': () => postUnavailable,
  '403-spend-cap': () =>
    problem(
      403,
      'SpendCapReached',
      `Your enrolled account has reached its billing cycle spend cap. API requests will be blocked until the next cycle begins on ${nextMonth()}.`,
      'https://api.x.com/2/problems/credits',
    ),
  '403-account-not-permitted': () =>
    problem(403, 'Forbidden', 'Your account is not permitted to access this feature.'),
  '403-no-dm-permission': () =>
    problem(403, 'Forbidden', 'You do not have permission to DM one or more participants.'),
  '403-operation-not-permitted': () =>
    problem(403, 'Forbidden', 'This operation is not permitted.'),
  '403-cashtags': () => problem(403, 'Forbidden', 'Posts are limited to a maximum of one cashtag.'),
  '403-too-long': () => problem(403, 'Forbidden', 'Your Tweet text is too long.'),
  413: () => ({ status: 413, headers: { 'content-type': 'text/html' }, body: '<h1>413</h1>' }),
  '429-usage-capped': () =>
    problem(
      429,
      'UsageCapExceeded',
      'Usage cap exceeded: Monthly product cap',
      'https://api.twitter.com/2/problems/usage-capped',
    ),
  429: rateLimited,
  500: () => problem(500, 'Internal Server Error', 'Something is broken.'),
};

export const faults: Faults = {
  kinds: [...Object.keys(named), ...Object.keys(oldErrors)],
  answer: (kind) => named[kind]?.() ?? oldError(kind),
  unknown: oldError('499'),
};

function oldError(code: string): ApiAnswer {
  const [status, message] = oldErrors[code] ?? [403, 'Forbidden.'];
  return json(status, { errors: [{ code: Number(code), message }] });
}

/** The window ends in two seconds: a laptop does not wait for fifteen minutes. */
function rateLimited(): ApiAnswer {
  return {
    ...tooManyRequests,
    headers: {
      ...tooManyRequests.headers,
      'x-rate-limit-limit': '15',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + 2),
    },
  };
}

function nextMonth(): string {
  const now = new Date();
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return new Date(first).toISOString().slice(0, 10);
}
