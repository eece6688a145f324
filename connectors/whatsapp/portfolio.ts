import type { ChannelEvent, Customer } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';

/**
 * Gives BSUIDs the scope they are unique in, where the account's settings name its business portfolio: the same
 * person has another BSUID in another portfolio, and one BSUID means one person only within it. A parent BSUID
 * spans linked portfolios, and a phone is unique everywhere.
 */
export function inPortfolio(
  events: readonly ChannelEvent[],
  portfolio: string | undefined,
): readonly ChannelEvent[] {
  if (portfolio === undefined) return events;
  const scoped = (identity: Identity): Identity =>
    identity.kind === 'bsuid' ? { ...identity, scope: portfolio } : identity;
  const ofCustomer = (customer: Customer): Customer => {
    const [first, ...others] = customer.identities;
    return { ...customer, identities: [scoped(first), ...others.map(scoped)] };
  };
  return events.map((event) => {
    if (event.kind === 'reaction') return { ...event, customer: ofCustomer(event.customer) };
    if ('by' in event && event.by !== 'business') return { ...event, by: ofCustomer(event.by) };
    if (event.kind !== 'message') return event;
    const { author, customer, replacesIdentities: replaced } = event;
    const moved = replaced ? { replacesIdentities: replaced.map(scoped) } : {};
    const written = author ? { author: ofCustomer(author) } : {};
    return { ...event, customer: ofCustomer(customer), ...written, ...moved };
  });
}
