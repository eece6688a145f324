import { createHmac, timingSafeEqual } from 'node:crypto';
import * as core from 'zod/v4/core';

/** The provider's request, bytes untouched, because signatures are made over bytes. */
export interface WebhookRequest {
  readonly method: 'GET' | 'POST';
  /** The path after `/webhooks/<connector>/<account>`, without the leading slash; usually empty. */
  readonly subpath: string;
  /** As received, without the question mark. */
  readonly rawQueryString: string;
  /** Lower-case names. Repeated headers arrive joined by a comma, as API Gateway does it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WebhookResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One piece of a webhook that is handled by itself: one message, one status. */
export interface WebhookItem {
  /** Items of one group keep their order: the business address and the customer, as the provider names them. */
  readonly groupKey: readonly [businessAddress: string, customerKey: string];
  /** The provider's own id of the item, taken from the signed content; never from the signature. */
  readonly deduplicationId: string;
  /** The input of `parse`: JSON, with everything of the envelope that it needs. */
  readonly payload: unknown;
  /** The reason why the body is authentic but cannot be read. Such an item goes to quarantine. */
  readonly unreadable?: string;
  /**
   * Set for a delivery status of a kind that the connector knows. Statuses may be handled in any order, so they travel
   * on a queue of their own (shared/aws/queues/lanes.ts); everything else of a customer keeps its order.
   */
  readonly isStatus?: true;
}

export type WebhookOutcome =
  /** Authentic. The response is sent only after every item is queued. */
  | {
      readonly kind: 'items';
      readonly items: readonly WebhookItem[];
      readonly response: WebhookResponse;
    }
  /** A handshake, answered at once; nothing is queued. */
  | { readonly kind: 'challenge'; readonly response: WebhookResponse }
  /** Not authentic. The reason is for our metric, never for the answer. */
  | { readonly kind: 'refused'; readonly statusCode: 401 | 403; readonly reason: string };

/** The facts about one account that a connector verifies with. */
export interface VerifyContext<Account, Credentials> {
  readonly account: Account;
  /** The URL that the provider calls, as configured there: `https://…/webhooks/<connector>/<account>`. */
  readonly publicUrl: string;
  /** All sets that are valid now (current, previous): each is tried, so that a rotation loses no webhook. */
  readonly credentials: readonly Credentials[];
}

/**
 * The webhook endpoint of one provider: pure, no AWS, no clock, no environment. It must be cheap to load, so this half
 * uses `zod/mini` and never the parser's schemas or a provider's SDK (the budget test holds that).
 */
export interface WebhookDefinition<Account, Credentials> {
  readonly account: core.$ZodType<Account>;
  readonly credentials: core.$ZodType<Credentials>;
  /** The most bytes of a decoded body; more is answered 413 before any hashing. */
  readonly maxBodyBytes: number;
  /** Media types a POST may have; anything else is 415. */
  readonly contentTypes: readonly string[];
  readonly verify: (
    request: WebhookRequest,
    context: VerifyContext<Account, Credentials>,
  ) => WebhookOutcome;
}

/**
 * The webhook as the function sees it: account and credentials are unknown until the connector's own schemas have read
 * them.
 */
export interface Webhook {
  readonly maxBodyBytes: number;
  readonly contentTypes: readonly string[];
  readonly readAccount: (value: unknown) => unknown;
  readonly readCredentials: (value: unknown) => unknown;
  readonly verify: (
    request: WebhookRequest,
    context: VerifyContext<unknown, unknown>,
  ) => WebhookOutcome;
}

/**
 * Closes a connector's types: a user of the result needs to know neither its account nor its credentials. `readAccount`
 * and `readCredentials` throw `$ZodError`; what they return is the only thing `verify` accepts.
 */
export function defineWebhook<Account, Credentials>(
  definition: WebhookDefinition<Account, Credentials>,
): Webhook {
  return {
    maxBodyBytes: definition.maxBodyBytes,
    contentTypes: definition.contentTypes,
    readAccount: (value) => core.parse(definition.account, value),
    readCredentials: (value) => core.parse(definition.credentials, value),
    verify: (request, context) =>
      definition.verify(request, context as VerifyContext<Account, Credentials>),
  };
}

/**
 * Tells if `given` is the keyed hash of `bytes`, compared in constant time. Twilio's signatures alone are compared by
 * the provider's own library (connectors/twilio/webhook/signature.ts). An empty secret never matches: a forgotten
 * setting must refuse, not admit (CVE-2026-26319 and its kin).
 */
export function hmacMatches(
  algorithm: 'sha1' | 'sha256',
  secret: string,
  bytes: Uint8Array | string,
  given: Buffer,
): boolean {
  if (secret === '') return false;
  const expected = createHmac(algorithm, secret).update(bytes).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Tells if two secrets are the same text, without telling by time how much of them agrees. Empty never matches. */
export function secretEquals(secret: string, given: string): boolean {
  if (secret === '') return false;
  const key = 'switchboard';
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digest(secret), digest(given));
}
