import type { RegistrationStep } from '#shared/connector/registration';
import type { HttpResult } from '#shared/http-attempt';
import { isObject, parsedJson } from '#shared/json';
import { noCredits, spendingLimit, usedUp } from './account-troubles.ts';
import { CallFailed } from './client.ts';

/** The explanation of a call that failed: a word that stays the same, the cause, and the next step. */
export type Refusal = Required<Pick<RegistrationStep, 'reason' | 'says' | 'next'>> & {
  /** Further calls would fare no better. */
  readonly isForAll: boolean;
};

type Answer = Extract<HttpResult, { kind: 'answer' }>;

interface Rule {
  readonly reason: string;
  readonly status?: number | ((status: number) => boolean);
  /** Fits any part of the body: X gives reasons as words in fields of several names. */
  readonly words?: RegExp;
  readonly says: string;
  readonly next: string;
  readonly isForAll?: true;
}

const again = 'then call this again';

/** The first that fits explains: X's own reasons come before statuses, which say less. */
const rules: readonly Rule[] = [
  {
    ...{ reason: 'credits_depleted', words: spendingLimit, isForAll: true },
    says: 'the spending limit of the X account is reached',
    next: `raise the limit in X's developer console (Billing) or wait for the next cycle, ${again}`,
  },
  {
    ...{ reason: 'credits_depleted', words: noCredits, isForAll: true },
    says: 'the app has no credits left, and X takes no call without',
    next: `buy credits in X's developer console (Billing), ${again}`,
  },
  {
    ...{ reason: 'credits_depleted', words: usedUp, isForAll: true },
    says: 'the X account has used up what its plan includes',
    next: `take a larger plan, or wait for the next cycle, ${again}`,
  },
  {
    ...{ reason: 'credits_depleted', status: 402, isForAll: true },
    says: 'the app has no credits left, and X takes no call without',
    next: `buy credits in X's developer console (Billing), ${again}`,
  },
  {
    ...{ reason: 'rate_limited', status: 429, isForAll: true },
    says: 'X takes no more of these calls for now',
    next: 'call this again after the time above; what is there already is kept',
  },
  {
    ...{ reason: 'challenge_failed', words: /CrcValidationFailed|\bcrc\b/i },
    says: 'X asked the URL for its challenge (CRC) and did not get the right answer',
    next: 'deploy first; the consumer secret in the secret of the account must be that of this very app; no redirect may stand before the URL, and its certificate must be valid. ./switchboard webhooks show asks the same challenge and says which it is',
  },
  {
    ...{
      reason: 'webhook_limit',
      words: /WebhookLimitExceeded|webhook.{0,40}limit|limit.{0,40}webhook/i,
    },
    says: 'the app has as many webhooks as X allows it',
    next: 'remove the one that is not used: ./switchboard webhooks remove with its URL (listed above), or use an app of its own for this account',
  },
  {
    ...{ reason: 'url_duplicate', words: /DuplicateUrlFailed/i },
    says: 'X has a webhook of this URL for the app already and does not list it',
    next: 'wait a minute, then call this again',
  },
  {
    ...{ reason: 'url_refused', words: /UrlValidationFailed/i },
    says: 'X does not take this URL',
    next: 'use https, no port, at most 200 characters, a host that the internet reaches',
  },
  {
    ...{ reason: 'subscription_duplicate', words: /duplicate|already (?:exists|subscribed)/i },
    says: 'X has this subscription already and does not list it for this webhook',
    next: 'another webhook of the app has it: remove that one, or wait a minute and call this again',
  },
  {
    ...{
      reason: 'subscription_limit',
      words: /(?:subscription|maximum).{0,60}(?:limit|exceeded|reached|subscriptions)/i,
    },
    says: 'the app has as many subscriptions as X allows it (1,500 for pay per use)',
    next: 'remove webhooks that are not used, or their subscriptions',
  },
  {
    ...{ reason: 'app_not_in_project', words: /client-not-enrolled|attached to a Project/i },
    ...{ says: 'the app belongs to no project, so X lets it call nothing', isForAll: true },
    next: `put the app into a project in X's developer console, ${again}`,
  },
  {
    ...{
      reason: 'permission_missing',
      words: /oauth1-permissions|oauth1? app permissions|missing.{0,20}scope|required scope/i,
    },
    says: 'the access token lacks the permission for this',
    next: 'set “Read, write and Direct Messages” in the app’s user authentication settings, then make new tokens (./switchboard tokens): old ones keep the permission they were made with',
  },
  {
    ...{
      reason: 'authentication_not_supported',
      words: /unsupported-authentication|Unsupported Authentication/i,
    },
    says: 'X does not take this kind of token for this call',
    next: 'get OAuth 2 tokens too: ./switchboard tokens twitter --method oauth2',
  },
  {
    ...{ reason: 'credentials_rejected', status: 401 },
    says: 'X does not know the key or the token',
    next: 'compare consumerKey and consumerSecret with the app’s page in X’s developer console; make the access token anew with ./switchboard tokens where the app or its keys have changed',
  },
  {
    ...{ reason: 'not_permitted', status: 403 },
    says: 'the app or the account may not do this',
    next: 'look in X’s developer console: does the app have access to this (plan, project), and “Read, write and Direct Messages”? Access tokens that are older than this permission have to be made anew (./switchboard tokens)',
  },
  {
    ...{ reason: 'not_found', status: 404 },
    says: 'X does not know this, or this app does not have it',
    next: './switchboard webhooks show says what is there',
  },
  {
    ...{ reason: 'provider_failed', status: (status) => status >= 500, isForAll: true },
    says: 'X failed',
    next: 'call this again in a few minutes; what is there already is kept',
  },
];

const unknownRule: Rule = {
  reason: 'request_refused',
  says: 'X refused it',
  next: 'X’s words above say why; with “event type” in them the app has no access to this kind of event',
};

/** Explains why a call failed. Throws again what no call of X throws. */
export function refusalOf(fault: unknown): Refusal {
  if (!(fault instanceof CallFailed)) throw fault;
  const { result } = fault;
  if (result.kind === 'answer') return explained(result);
  return {
    reason: 'provider_unreachable',
    says: `X was not reached: ${result.error.title}`,
    next: 'does this machine reach api.x.com? What is there already is kept; call this again',
    isForAll: true,
  };
}

function explained(answer: Answer): Refusal {
  const rule = rules.find((each) => fits(each, answer)) ?? unknownRule;
  const words = [`${answer.status}`, wordsOf(answer.text)].filter(Boolean).join(': ');
  return {
    reason: rule.reason,
    says: `${rule.says}${resetIn(answer)} (X: ${words})`,
    next: rule.next,
    isForAll: rule.isForAll ?? false,
  };
}

function fits({ status, words }: Rule, answer: Answer): boolean {
  if (words) return answer.status >= 400 && answer.status < 500 && words.test(answer.text);
  return typeof status === 'function' ? status(answer.status) : status === answer.status;
}

/** X's clock of the reset, as a time that people compare with their own. */
function resetIn({ status, headers }: Answer): string {
  const reset = headers.get('x-rate-limit-reset') ?? '';
  if (status !== 429 || !/^\d{1,12}$/.test(reset)) return '';
  return `, until ${new Date(Number(reset) * 1000).toISOString()}`;
}

/** X's own words, of whatever form of error it has answered with. */
function wordsOf(body: string): string {
  const read = parsedJson(body);
  if (!isObject(read)) return '';
  const listed = Array.isArray(read['errors']) ? read['errors'].filter(isObject) : [];
  const all = [read, ...listed].flatMap((each) =>
    ['title', 'detail', 'reason', 'message', 'error_description'].map((name) => each[name]),
  );
  return [...new Set(all)]
    .filter((each) => typeof each === 'string')
    .join('; ')
    .slice(0, 300);
}
