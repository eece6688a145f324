import type { AccountSetting } from '#shared/accounts';
import type { WebhookItem } from './webhook.ts';

/** One item of a notification, with the account it belongs to. */
export interface TopicItem {
  readonly account: string;
  readonly item: WebhookItem;
  /** The place where the provider has stored the body of the item, a mail. */
  readonly raw?: { readonly bucket: string; readonly key: string };
}

export type TopicNotification =
  | { readonly items: readonly TopicItem[] }
  /** Understood, and nothing to handle: counted by its reason. */
  | { readonly ignored: string };

/**
 * Reads the text of one notification of a topic into items for the ingress queue: pure, no AWS, no clock. The policies
 * of topic and queue decide who may publish, so there is nothing to verify. It throws only when an account's own
 * settings are malformed; an item it cannot read or give to an account gets `unreadable`, because a topic does not
 * deliver an acknowledged notification twice.
 */
export type ReadTopic = (
  text: string,
  accounts: readonly Pick<AccountSetting, 'account' | 'settings'>[],
) => TopicNotification;
