import { declarations, isConnectorId } from '#connectors/declarations';
import { samples } from '#infra/local/simulators/samples';
import { Channel } from '#shared/model/channel';
import { isGroup } from '#shared/model/identity';
import type { ConversationItem } from '#shared/table/items';
import { usageError } from './cli-error.ts';
import { shellWord } from './output/as-called.ts';
import { oneLine } from './output/terminal.ts';
import type { Stack } from './stage/stack.ts';

/** The customer's address as the provider writes it on the channel; an invented one where none is given. */
function customerOn(connector: string, channel: string, given: string | undefined): string {
  const sample = isConnectorId(connector) ? samples[connector] : undefined;
  const known = Channel.parse(channel);
  const prefix = sample?.addressPrefix?.[known] ?? '';
  if (given === undefined) return sample?.customers[known] ?? 'customer';
  return given.startsWith(prefix) ? given : `${prefix}${given}`;
}

const carriers = Object.entries(declarations).map(
  ([connector, { channels }]) => [connector, Object.keys(channels)] as const,
);

/** Every channel that some connector carries. */
export const channelNames: readonly string[] = [
  ...new Set(carriers.flatMap(([, channels]) => channels)),
];

/** The address from which a customer writes where none is given, for each channel. */
export const sampleAddresses: string = channelNames
  .map((channel) => `${customerOn(firstCarrier(channel), channel, undefined)} (${channel})`)
  .join(',\n              ');

function firstCarrier(channel: string): string {
  return (
    carriers.find(([id, channels]) => id === channel && channels.includes(channel))?.[0] ??
    carriers.find(([, channels]) => channels.includes(channel))?.[0] ??
    ''
  );
}

/** The way by which a customer's message enters: connector, account, sender and simulator. */
export interface Entrance {
  readonly channel: string;
  readonly connector: string;
  readonly account: string;
  readonly from: string;
  /** The simulator of the provider. */
  readonly provider: string;
}

/**
 * The way into this stack for a message on a channel: the connector that is called like it, or another one that
 * carries it and has accounts here. Throws a usage error for
 * a channel or an account that does not exist.
 */
export function entranceOf(
  stack: Stack,
  given: string,
  { from, account }: { readonly from: string | undefined; readonly account: string | undefined },
): Entrance {
  const channel = given === 'x' ? 'twitter' : given;
  if (!channelNames.includes(channel)) {
    throw usageError(`no channel ${given}: allowed are ${channelNames.join(', ')}`, 'send');
  }
  const connector = carrierOf(stack, channel);
  const accounts = stack.accounts.filter((each) => each.connector === connector);
  const chosen = accounts.find((each) => account === undefined || each.account === account);
  const provider = stack.providers[connector];
  if (!chosen || provider === undefined) {
    throw usageError(
      accounts.length === 0 || provider === undefined
        ? `the running stack has no account of ${connector}, which carries ${channel}`
        : `no account ${account} of ${connector} for ${channel}: allowed are ${accounts.map((each) => each.account).join(', ')}`,
      'send',
    );
  }
  return { ...chosen, channel, provider, from: customerOn(connector, channel, from) };
}

/**
 * The connector that carries a channel: one with accounts before one without, and the channel's own name before others.
 */
function carrierOf({ accounts }: Stack, channel: string): string {
  const able = carriers.flatMap(([id, channels]) => (channels.includes(channel) ? [id] : []));
  const byName = able.toSorted((a, b) => Number(b === channel) - Number(a === channel));
  const isHere = (id: string) => accounts.some(({ connector }) => connector === id);
  return byName.find(isHere) ?? byName[0] ?? '';
}

/**
 * The command by which the customer of a conversation writes this. Undefined where `send` does not come in by its
 * connector: another one of the stack carries the channel first.
 */
export function commandToWrite(
  stack: Stack,
  { channel, connector, account, customerIdentities, customerUsername }: ConversationItem,
  text: string,
): string | undefined {
  if (carrierOf(stack, channel) !== connector) return undefined;
  const address = customerIdentities[0]?.address ?? '';
  const isByHandle = customerOn(connector, channel, undefined).startsWith('@');
  const from = isByHandle && customerUsername ? `@${customerUsername}` : address;
  const [option, name] = isGroup(customerIdentities) ? ['--group', address] : ['--from', from];
  const who = `${option} ${shellWord(oneLine(name))}`;
  const first = stack.accounts.find((each) => each.connector === connector)?.account;
  const to = first === account ? '' : ` --account ${account}`;
  return `./switchboard send ${channel} ${who}${to} --text ${text}`;
}
