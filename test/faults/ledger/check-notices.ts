import { channels } from '#test/faults/channels/channels';
import type { Ledger } from './ledger.ts';
import type { TableView } from './table-view.ts';

interface Told {
  readonly type: string;
  readonly subject?: string;
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
  const told = [...new Map(ledger.events.map((event) => [event.id, event.body])).values()].map(
    (body) => JSON.parse(body) as Told,
  );
  // The word beside a bounce is checked on its own.
  const counted = told.filter(({ data }) => data.category !== 'deliverability');
  const counts = new Map(
    [...Map.groupBy(counted, ({ type }) => type)].map(([type, all]) => [type, all.length]),
  );
  const ofType = (wanted: string) => told.filter(({ type }) => type === wanted);
  const opened = new Set(
    ofType('switchboard.conversation.opened.v1').map(({ subject }) => subject),
  );
  const alerts = new Map(
    [...Map.groupBy(ofType('switchboard.channel.alert.v1'), troubleTold)].map(
      ([trouble, all]) => [trouble, all.length] as const,
    ),
  );
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
    ([id, body]) => ({ id, ...(JSON.parse(body) as Told) }),
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

function troubleTold({ source, data }: Told): string {
  return `${source.split('/').at(-1)} ${data.details?.providerCode}`;
}

function troublesOf({ statuses }: Ledger): Set<string> {
  const all = statuses.flatMap(({ send, status }) => {
    const { connector, account } = send.account;
    const code = channels[connector].troubleOf?.(send, status);
    return code === undefined ? [] : [`${account} ${code}`];
  });
  return new Set(all);
}
