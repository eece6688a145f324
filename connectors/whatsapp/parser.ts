import type { ChannelEvent, ChannelMessage, Customer } from '#shared/connector/channel-event';
import type { Parse } from '#shared/connector/parser';
import { ConnectorError } from '#shared/errors';
import type { Identity } from '#shared/model/identity';
import { Account } from './account.ts';
import { parseEcho } from './inbound/parse-echo.ts';
import { parseField } from './inbound/parse-field.ts';
import { parseGroupEvent } from './inbound/parse-group.ts';
import { parseMessage } from './inbound/parse-message.ts';
import { parseCall, parsePreference, parseUserIdUpdate } from './inbound/parse-notice.ts';
import { parseStatus } from './inbound/parse-status.ts';
import { Envelope } from './payload.ts';

/**
 * Reads one item of a Meta webhook into canonical values. A type or field Meta has added since is passed on as
 * `unsupported` with its raw JSON; only an item without a place (a message without a sender, a status without a message
 * id) throws `unreadable_payload`, with the field that is missing.
 */
export const parse: Parse = ({ payload, account }): readonly ChannelEvent[] => {
  const read = Envelope.safeParse(payload);
  if (!read.success) {
    const fields = read.error.issues.map(({ path }) => path.join('.') || 'payload').join(', ');
    throw new ConnectorError('unreadable_payload', `unreadable in the item: ${fields}`);
  }
  const envelope = read.data;
  // Chats from before the number was connected: importing them would reopen windows and notify agents.
  if (envelope.field === 'history') return [{ kind: 'ignored', reason: 'history' }];
  const business = envelope.metadata?.phone_number_id ?? addressOf(account);
  return inPortfolio(parseItem(envelope, business), Account.safeParse(account).data?.portfolio);
};

function parseItem(envelope: Envelope, business: string): readonly ChannelEvent[] {
  const { message, status, echo, call, preference, userIdUpdate, groupEvent } = envelope;
  if (message) return [parseMessage(envelope, message, business)];
  if (status) return [parseStatus(envelope, status)];
  if (echo) return [parseEcho(envelope, echo, business)];
  if (call) return [parseCall(envelope, call, business)];
  if (preference) return [parsePreference(envelope, preference, business)];
  if (userIdUpdate) return [parseUserIdUpdate(envelope, userIdUpdate, business)];
  if (groupEvent) return parseGroupEvent(envelope, groupEvent, business);
  return [parseField(envelope, business)];
}

function addressOf(account: unknown): string {
  const read = Account.safeParse(account);
  if (!read.success) {
    throw new ConnectorError('misconfigured', 'the account settings do not fit their schema');
  }
  return read.data.address;
}

/**
 * Gives BSUIDs the scope they are unique in, where the account's settings name its business portfolio: the same
 * person has another BSUID in another portfolio, and one BSUID means one person only within it. A parent BSUID
 * spans linked portfolios, and a phone is unique everywhere.
 */
function inPortfolio(
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
