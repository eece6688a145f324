import type { ChannelEvent, ChannelMessage, Customer } from '#shared/connector/channel-event';
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
  const ofMessage = (message: ChannelMessage): ChannelMessage => {
    const { author, customer, replacesIdentities: replaced } = message;
    const moved = replaced ? { replacesIdentities: replaced.map(scoped) } : {};
    const written = author ? { author: ofCustomer(author) } : {};
    return { ...message, customer: ofCustomer(customer), ...written, ...moved };
  };
  return events.map((event) => {
    switch (event.kind) {
      case 'reaction':
        return { ...event, customer: ofCustomer(event.customer) };
      case 'edit':
      case 'deletion':
        return event.by === 'business' ? event : { ...event, by: ofCustomer(event.by) };
      case 'message':
        return ofMessage(event);
      default:
        return event;
    }
  });
}
