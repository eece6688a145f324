import { describe, expect, it } from 'vitest';
import { accepted, refused } from '#connectors/twitter/outbound/classify';
import { parsedJson } from '#shared/json';

const answerOf = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  kind: 'answer' as const,
  status,
  headers: new Headers(headers),
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
const problem = (detail: string) => ({ title: 'Forbidden', detail, type: 'about:blank' });
const code = (number: number) => ({ errors: [{ code: number, message: 'in other words' }] });

const creditsType = 'https://api.x.com/2/problems/credits';
const spendCap = {
  ...{ title: 'SpendCapReached', type: creditsType },
  detail:
    'Your enrolled account has reached its billing cycle spend cap. API requests will be blocked until the next cycle begins on 2026-07-10.',
};
const usageCapped = {
  ...{ title: 'UsageCapExceeded', detail: 'Usage cap exceeded: Monthly product cap' },
  type: 'https://api.twitter.com/2/problems/usage-capped',
};

const classify = (answer: ReturnType<typeof answerOf>, mayHaveArrived = false) =>
  answer.status < 300
    ? accepted(parsedJson(answer.text))
    : refused(answer, undefined, mayHaveArrived);

describe('an answer of X', () => {
  it.each([
    ['a direct message', { data: { dm_conversation_id: '1-2', dm_event_id: '33' } }, '33'],
    ['a post', { data: { id: '44', text: 'hello' } }, '44'],
  ])('that takes %s is sent under the id X gave', (_, body, providerMessageId) => {
    expect(classify(answerOf(201, body))).toEqual({ kind: 'sent', providerMessageId });
  });

  it.each([
    ['201 with a body nobody can read', 201, '<html>'],
    ['201 without an id', 201, { data: {} }],
    ['a redirect', 302, ''],
    ['500', 500, problem('Something is broken')],
    ['503 over capacity', 503, code(130)],
    ['504 of a proxy', 504, '<html>gateway timeout</html>'],
    ['a 5xx that speaks of duplicates', 500, code(187)],
  ])('is uncertain: %s', (_, status, body) => {
    expect(classify(answerOf(status, body))).toMatchObject({ kind: 'uncertain' });
  });

  it.each([
    ['401', 401, { title: 'Unauthorized', detail: 'Unauthorized' }, 'credentials_rejected'],
    ['an expired token', 403, code(89), 'credentials_rejected'],
    ['no credits', 402, { detail: 'credits depleted' }, 'credits_depleted'],
    ['a reached spending limit', 403, spendCap, 'credits_depleted'],
    ['a problem of credits', 403, { title: 'Forbidden', type: creditsType }, 'credits_depleted'],
    ['credits, by the title alone', 403, { title: 'CreditsDepleted' }, 'credits_depleted'],
    ['a used up plan', 429, usageCapped, 'credits_depleted'],
    ['an app that may not write', 403, code(261), 'app_not_permitted'],
    ['a suspended app', 403, code(416), 'app_not_permitted'],
    [
      'an account that may not',
      403,
      problem('Your account is not permitted to access this feature.'),
      'account_restricted',
    ],
    [
      'no write permission',
      403,
      problem(
        'Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.',
      ),
      'app_not_permitted',
    ],
    ['a locked account', 403, code(326), 'account_locked'],
    ['a suspicion of automation', 403, code(226), 'looks_automated'],
    [
      'a suspended account',
      403,
      problem('Your account is suspended and is not permitted to access this feature.'),
      'account_restricted',
    ],
  ])('pauses the account: %s', (_, status, body, expected) => {
    expect(classify(answerOf(status, body))).toMatchObject({
      kind: 'account_paused',
      error: { code: expected, retryable: true },
    });
  });

  it.each([
    [
      'not summoned',
      problem('You can only reply to or quote posts where you are mentioned or are the author.'),
      'reply_not_allowed',
    ],
    [
      'not engaged',
      problem(
        'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
      ),
      'reply_not_allowed',
    ],
    ['restricted replies', code(433), 'replies_restricted'],
    [
      'restricted replies, in words',
      problem('The original Post author restricted who can reply to this Post.'),
      'replies_restricted',
    ],
    ['a deleted post', code(385), 'post_unavailable'],
    [
      'a deleted post, in words',
      problem('You attempted to reply to a Post that is deleted or not visible to you.'),
      'post_unavailable',
    ],
    [
      'a file it does not take',
      problem('You are not permitted to attach this media to a DM event.'),
      'media_rejected',
    ],
    ['a closed inbox', code(349), 'recipient_unreachable'],
    ['no followers of ours', code(150), 'recipient_unreachable'],
    [
      'a closed inbox, in words',
      problem('You do not have permission to DM one or more participants.'),
      'recipient_unreachable',
    ],
    ['too long', code(186), 'text_too_long'],
    ['too long, in words', problem('Your Tweet text is too long.'), 'text_too_long'],
    ['two cashtags', problem('Posts are limited to a maximum of one cashtag.'), 'limit_exceeded'],
    [
      'a duplicate',
      problem('You are not allowed to create a Tweet with duplicate content.'),
      'duplicate_content',
    ],
    ['words nobody knows', problem('No.'), 'request_rejected'],
    ['no words', '', 'request_rejected'],
  ])('fails for good: %s', (_, body, expected) => {
    expect(classify(answerOf(403, body))).toMatchObject({
      kind: 'failed',
      error: { code: expected, retryable: false },
    });
  });

  it.each([
    ['a deleted post', code(385), 'reply_in_private'],
    ['restricted replies', code(433), 'reply_in_private'],
    [
      'not summoned',
      problem('You can only reply to or quote posts where you are mentioned or are the author.'),
      'reply_in_private',
    ],
    ['a closed inbox', code(349), 'reply_in_public'],
    [
      'a closed inbox, in words',
      problem('You do not have permission to DM one or more participants.'),
      'reply_in_public',
    ],
  ])('advises the other way where only this one is closed: %s', (_, body, action) => {
    const advice = { action, channel: 'twitter' };
    expect(classify(answerOf(403, body))).toMatchObject({ kind: 'failed', error: { advice } });
  });

  it.each([
    ['a locked account', 403, code(326)],
    ['a suspicion of automation', 403, code(226)],
    ['no credits', 402, { detail: 'credits depleted' }],
    ['a duplicate', 403, code(187)],
    ['too long', 403, code(186)],
    ['words nobody knows', 403, problem('No.')],
  ])('advises nothing where the other way is no better: %s', (_, status, body) => {
    expect(classify(answerOf(status, body))).not.toHaveProperty('error.advice');
  });

  it('names the day on which a spending limit ends, and waits an hour', () => {
    expect(classify(answerOf(403, spendCap))).toMatchObject({
      ...{ kind: 'account_paused', retryAfterSeconds: 3600 },
      error: {
        title: expect.stringMatching(/spending limit.*2026-07-10/),
        providerCode: 'credits',
      },
    });
    expect(classify(answerOf(429, usageCapped))).toMatchObject({ retryAfterSeconds: 3600 });
  });

  it('pauses no account for words of our own that X repeats', () => {
    const message = 'text [our spend cap, credits depleted, usage cap] is bad';
    const body = { title: 'Invalid Request', errors: [{ message }] };
    expect(classify(answerOf(400, body))).toMatchObject({ kind: 'failed' });
  });

  it.each([185, 344])('of code %i is a wait until the limit of a day is over', (number) => {
    const headers = { date: 'Mon, 21 Sep 2026 14:13:20 GMT', 'x-rate-limit-reset': '1789999999' };
    expect(classify(answerOf(403, code(number), headers))).toMatchObject({
      ...{ kind: 'not_sent', retryAfterSeconds: 5400, isRateLimit: true },
      error: { code: 'daily_limit_reached', retryable: true },
    });
  });

  it('tells a direct message that X does not permit from a customer who takes none', () => {
    const notPermitted = answerOf(403, problem('This operation is not permitted.'));
    expect(refused(notPermitted, 'dm')).toMatchObject({
      ...{ kind: 'failed', error: { code: 'declined_by_channel' } },
    });
    expect(refused(notPermitted, 'post')).toMatchObject({ error: { code: 'request_rejected' } });
  });

  it('does not prove an earlier attempt by the duplicate where none may have arrived, and else does', () => {
    const body = problem('You are not allowed to create a Tweet with duplicate content.');
    expect(classify(answerOf(403, body), true)).toMatchObject({
      kind: 'uncertain',
      error: { code: 'duplicate_content' },
    });
  });

  it('never repeats what X echoes of the message', () => {
    const body = {
      title: 'Invalid Request',
      errors: [{ message: 'text [my secret words] is bad' }],
    };
    expect(JSON.stringify(classify(answerOf(400, body)))).not.toContain('secret words');
  });

  it('names X’s own code', () => {
    expect(classify(answerOf(403, code(349)))).toMatchObject({ error: { providerCode: '349' } });
    expect(classify(answerOf(403, problem('No.')))).toMatchObject({
      error: { providerCode: 'http_403' },
    });
    const typed = { type: 'https://api.x.com/2/problems/credits-depleted' };
    expect(classify(answerOf(402, typed))).toMatchObject({
      error: { providerCode: 'credits-depleted' },
      retryAfterSeconds: 3600,
    });
  });
});

describe('a rate limit', () => {
  const date = 'Mon, 21 Sep 2026 14:13:20 GMT';
  const now = Date.parse(date) / 1000;
  const wait = (headers: Record<string, string>, body: unknown = {}) =>
    classify(answerOf(429, body, headers));

  it('is waited out until X’s reset, on X’s own clock', () => {
    const headers = { date, 'x-rate-limit-reset': String(now + 90) };
    expect(wait(headers)).toMatchObject({ kind: 'not_sent', retryAfterSeconds: 90 });
  });

  it('of a whole day outlasts the window, when the day’s budget is used up', () => {
    const headers = {
      date,
      'x-rate-limit-reset': String(now + 90),
      'x-user-limit-24hour-remaining': '0',
      'x-user-limit-24hour-reset': String(now + 7200),
      'x-app-limit-24hour-remaining': '5',
      'x-app-limit-24hour-reset': String(now + 9000),
    };
    expect(wait(headers)).toMatchObject({ retryAfterSeconds: 7200 });
  });

  it.each([
    ['no times at all', {}, 900],
    ['no clock', { 'x-rate-limit-reset': '1790000000' }, 900],
    ['only Retry-After', { 'retry-after': '30' }, 30],
    ['a reset in the past', { date, 'x-rate-limit-reset': String(now - 5) }, 1],
    ['a reset that is no number', { date, 'x-rate-limit-reset': 'soon' }, 900],
  ])('with %s waits a sane time', (_, headers, seconds) => {
    expect(wait(headers)).toMatchObject({ kind: 'not_sent', retryAfterSeconds: seconds });
  });

  it('is known by its old code under any status', () => {
    expect(classify(answerOf(403, code(88)))).toMatchObject({ kind: 'not_sent' });
  });
});
