import type { ChannelUpdate } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';
import type { Entry } from './entry.ts';

type Status = ChannelUpdate & { readonly kind: 'status' };

/** A person to whom a message went, with the names that statuses use. */
interface Addressee {
  readonly name: string;
  readonly names: readonly string[];
  readonly identity?: Identity | undefined;
}

/**
 * The status as one of a recipient of its message. The report of a server names its recipient always, and does not know
 * if there are others: of the only one it is about the whole message, whatever name it gives (the mail may have been
 * passed on). Undefined where it names none of several: nothing was sent to that address, and it may be passed on from
 * any of them. A status that knows its recipients stays as it is.
 */
export function asAddressed(
  status: Status,
  entry: Pick<Entry, 'parts' | 'message'>,
): Status | undefined {
  if (!status.mayBeOnly) return status;
  const { recipient, aliases = [], mayBeOnly: _, consent, consentOf, ...common } = status;
  const all = addresseesOf(entry);
  const named = recipient === undefined ? [] : [recipient, ...aliases];
  const found = all.find(({ names }) => names.some((name) => named.includes(name)));
  const isOfOne = all.length <= 1;
  if (!found && !isOfOne) return undefined;
  const { identity: of = consentOf } = found ?? all[0] ?? {};
  // The address that a mail was passed on to is not ours to suppress, nor is the one that passed it on at fault.
  const isTaken = found !== undefined || named.length === 0 || all.length === 0;
  return {
    ...common,
    ...(consent && of && isTaken ? { consent, consentOf: of } : {}),
    ...(found && !isOfOne ? partOf(found, all) : {}),
  };
}

function partOf({ name: recipient }: Addressee, all: readonly Addressee[]) {
  return { recipient, recipients: all.map(({ name }) => name) };
}

/** The parts that statuses have named are all recipients; without them the message tells. */
function addresseesOf({ parts = [], message }: Pick<Entry, 'parts' | 'message'>): Addressee[] {
  const { recipients = [], bcc = [] } = message ?? {};
  const identities = new Map([...recipients, ...bcc].map((each) => [each.address, each]));
  const named = parts.flatMap(({ recipient: name, aliases = [] }) =>
    name === undefined ? [] : [{ name, names: [name, ...aliases], identity: identities.get(name) }],
  );
  if (named.length > 0) return named;
  return [...identities].map(([name, identity]) => ({ name, names: [name], identity }));
}
