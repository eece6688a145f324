import type { ChannelCapabilities } from '#shared/connector/declaration';
import type { Channel } from '#shared/model/channel';
import { declarations, isConnectorId } from './declarations.ts';

/** What a connector can carry on a channel; undefined where it serves no such channel. */
export function capabilitiesOf(
  connector: string,
  channel: Channel,
): ChannelCapabilities | undefined {
  if (!isConnectorId(connector)) return undefined;
  const channels: Partial<Record<Channel, ChannelCapabilities>> = declarations[connector].channels;
  return channels[channel];
}
