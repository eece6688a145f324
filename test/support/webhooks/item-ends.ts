import type { ChannelEvent } from '#shared/connector/channel-event';
import type { Parse } from '#shared/connector/parser';
import type { WebhookItem } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { canonicalJson } from '#shared/json';
import { storable, wellFormed } from '#shared/storable';

/** The events of one item as `normalize` takes them, or `unreadable`, which goes to the quarantine. */
export async function endOf(
  item: WebhookItem,
  parse: Parse,
  account: unknown,
  raw?: Uint8Array,
): Promise<readonly ChannelEvent[] | 'unreadable'> {
  if (item.unreadable !== undefined) return 'unreadable';
  const payload: unknown = JSON.parse(canonicalJson(item.payload));
  try {
    return wellFormed(storable(await parse({ payload, account, ...(raw ? { raw } : {}) })));
  } catch (fault) {
    if (fault instanceof ConnectorError && fault.code === 'unreadable_payload') return 'unreadable';
    throw fault;
  }
}
