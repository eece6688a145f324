import { channels } from '#test/faults/channels/channels';
import type { Ledger } from './ledger.ts';
import type { TableView } from './table-view.ts';

interface Alert {
  readonly source: string;
  readonly data: {
    readonly details?: { readonly providerCode?: string };
    /** Of a consent. */
    readonly category?: string;
    /** Of a failed message. */
    readonly errors?: readonly { readonly code: string }[];
  };
}

/**
 * What has no sequence of its own is published too: each conversation is told as opened, each wish and each change of
 * address that was acknowledged, and trouble of an account once for each reason.
 */
export function checkNotices(ledger: Ledger, view: TableView): string[] {
  const counts = new Map<string, number>();
  const opened = new Set<string>();
  const alerts = new Map<string, number>();
  for (const body of new Map(ledger.events.map((event) => [event.id, event.body])).values()) {
    const { type, subject, ...event } = JSON.parse(body) as Alert & Record<string, string>;
    // It comes beside a bounce, which is checked on its own.
    const isOfBounce = event.data.category === 'deliverability';
    if (!isOfBounce) counts.set(type ?? '', (counts.get(type ?? '') ?? 0) + 1);
    if (type === 'switchboard.conversation.opened.v1') opened.add(subject ?? '');
    if (type === 'switchboard.channel.alert.v1') {
      const key = `${event.source.split('/').at(-1)} ${event.data.details?.providerCode}`;
      alerts.set(key, (alerts.get(key) ?? 0) + 1);
    }
  }
  return [
    ...checkBounces(ledger),
    // What is told of an account itself stands in no conversation of a customer's.
    ...[...view.entries]
      .filter(([id, [first]]) => !opened.has(id) && first?.item['alert'] === undefined)
      .map(([id]) => `never told as opened: ${id}`),
    ...[...Map.groupBy(ledger.notices, (type) => type)].flatMap(([type, all]) =>
      counts.get(type) === all.length
        ? []
        : [`${type}: ${all.length} acknowledged, ${counts.get(type) ?? 0} published`],
    ),
    ...[...troublesOf(ledger)]
      .filter((key) => alerts.get(key) !== 1)
      .map((key) => `alerts of ${key}: ${alerts.get(key) ?? 0}, not one`),
  ];
}

/** Every bounce for good is told with the word that its address is dead, and nothing else is. */
function checkBounces({ events }: Ledger): string[] {
  const told = [...new Map(events.map((event) => [event.id, event.body])).entries()].map(
    ([id, body]) => ({ id, ...(JSON.parse(body) as Alert & { readonly type: string }) }),
  );
  const bounced = told.filter(({ type, data }) => {
    const isFailed = type === 'switchboard.message.failed.v1';
    return isFailed && data.errors?.some(({ code }) => code === 'undeliverable');
  });
  const dead = new Set(
    told.flatMap(({ id, data }) => (data.category === 'deliverability' ? [id] : [])),
  );
  const wanted = new Set(bounced.map(({ id }) => `${id}.consent`));
  return [
    ...[...wanted].filter((id) => !dead.has(id)).map((id) => `address not told as dead: ${id}`),
    ...[...dead]
      .filter((id) => !wanted.has(id))
      .map((id) => `told as dead without a bounce: ${id}`),
  ];
}

function troublesOf({ statuses }: Ledger): Set<string> {
  const all = statuses.flatMap(({ send, status }) => {
    const { connector, account } = send.account;
    const code = channels[connector].troubleOf?.(send, status);
    return code === undefined ? [] : [`${account} ${code}`];
  });
  return new Set(all);
}
