import { canonicalJson } from '#shared/canonical-json';
import type { WebhookItem } from '#shared/connector/webhook';
import { hashOf } from '#shared/ids';
import type { IngressMessage } from '#shared/model/ingress';

export interface IngressItem extends WebhookItem {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
  readonly raw?: { readonly bucket: string; readonly key: string };
}

/** One message for the queue, and the group whose order it keeps. Ids are hashes: valid, and no personal data. */
export interface GroupedMessage {
  readonly group: string;
  readonly message: IngressMessage;
}

/** So many items of one customer travel each alone: the usual case, in which each has its own deduplication. */
const fewItems = 4;
const mostItems = 50;
/** Of the items in one message, so that it is never a claim check. */
const mostBundleBytes = 60_000;

/**
 * The queue messages that carry the items, in order. Entries of one group must follow one another batch by batch, so
 * a thousand items of one customer would be a thousand calls, more than a webhook waits for: many items of a group
 * are packed, in order, into as few messages as hold them.
 */
export function messagesOf(items: readonly IngressItem[]): GroupedMessage[] {
  const byGroup = new Map<string, IngressItem[]>();
  for (const item of items) {
    const group = hashOf(item.connector, item.account, ...item.groupKey);
    const own = byGroup.get(group);
    if (own) own.push(item);
    else byGroup.set(group, [item]);
  }
  return [...byGroup].flatMap(([group, own]) =>
    (own.length > fewItems ? packed(own) : own.map((item) => [item])).map((pack) => ({
      group,
      message: messageOf(pack),
    })),
  );
}

/** Neighbours together, as long as they are small; what has a body elsewhere travels alone. */
function packed(items: readonly IngressItem[]): IngressItem[][] {
  const packs: IngressItem[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = canonicalJson(item.payload).length;
    const pack = packs.at(-1);
    const fits = pack && pack.length < mostItems && bytes + size <= mostBundleBytes;
    if (fits && !item.raw && !pack[0]?.raw) {
      pack.push(item);
      bytes += size;
    } else {
      packs.push([item]);
      bytes = size;
    }
  }
  return packs;
}

function messageOf(pack: readonly IngressItem[]): IngressMessage {
  const [first] = pack;
  if (!first) throw new Error('a queue message without an item');
  const { connector, account, receivedAt, deduplicationId, payload, raw, unreadable } = first;
  const origin = { connector, account, receivedAt };
  if (pack.length > 1) {
    const items = pack.map((item) => ({
      deduplicationId: item.deduplicationId,
      payload: item.payload,
      ...(item.unreadable === undefined ? {} : { unreadable: item.unreadable }),
    }));
    const ids = items.map((item) => item.deduplicationId);
    return { ...origin, deduplicationId: hashOf(...ids), payload: null, items };
  }
  return {
    ...origin,
    deduplicationId,
    payload,
    ...(raw ? { raw } : {}),
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}
