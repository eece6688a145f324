import type { AccountSetting } from '#shared/accounts';
import type { WebhookItem } from './webhook.ts';

/** One item of a notification, with the account it belongs to. */
export interface TopicItem {
  readonly account: string;
  readonly item: WebhookItem;
  /** Where the provider has stored what the item is about, a mail. */
  readonly raw?: { readonly bucket: string; readonly key: string };
}

export type TopicNotification =
  | { readonly items: readonly TopicItem[] }
  /** Understood and not for anybody: counted by its reason. */
  | { readonly ignored: string };

/**
 * Reads the text of one notification of a topic into items for the ingress queue: pure, no AWS, no clock. Who may
 * publish is settled by the policies of topic and queue, so there is nothing to verify. It throws only when an
 * account's own settings are malformed; what it cannot read or give to an account is an item with `unreadable`,
 * because a topic does not deliver twice what was acknowledged.
 */
export type ReadTopic = (
  text: string,
  accounts: readonly Pick<AccountSetting, 'account' | 'settings'>[],
) => TopicNotification;
