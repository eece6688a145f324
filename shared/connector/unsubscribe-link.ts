import * as core from 'zod/v4/core';
import type { WebhookItem } from './webhook.ts';

/** A request with a link, as its connector reads it. */
export interface LinkRequest {
  /** The last segment of the link's path. */
  readonly token: string;
  /** ISO 8601. */
  readonly receivedAt: string;
}

export interface LinkContext<Account, Credentials> {
  readonly account: Account;
  /** All sets that are valid now (current, previous). */
  readonly credentials: readonly Credentials[];
}

/**
 * The links in our messages by which a customer unsubscribes: pure, no AWS, no clock, no environment. It must be cheap to
 * load, as a webhook is.
 */
export interface UnsubscribeLinkDefinition<Account, Credentials> {
  readonly account: core.$ZodType<Account>;
  readonly credentials: core.$ZodType<Credentials>;
  /** Makes the item that says who unsubscribes; undefined for a token that none of the credentials has made. */
  readonly read: (
    request: LinkRequest,
    context: LinkContext<Account, Credentials>,
  ) => WebhookItem | undefined;
}

/** The links as the function sees them: account and credentials are unknown until the connector has read them. */
export interface UnsubscribeLink {
  readonly readAccount: (value: unknown) => unknown;
  readonly readCredentials: (value: unknown) => unknown;
  readonly read: (
    request: LinkRequest,
    context: LinkContext<unknown, unknown>,
  ) => WebhookItem | undefined;
}

/** Closes a connector's types, as `defineWebhook` does. */
export function defineUnsubscribeLink<Account, Credentials>(
  definition: UnsubscribeLinkDefinition<Account, Credentials>,
): UnsubscribeLink {
  return {
    readAccount: (value) => core.parse(definition.account, value),
    readCredentials: (value) => core.parse(definition.credentials, value),
    read: (request, context) =>
      definition.read(request, context as LinkContext<Account, Credentials>),
  };
}
