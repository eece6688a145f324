import type { ChannelCapabilities, Declaration } from '#shared/connector/declaration';
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

/** Whether a connector's files are fetched after the message; asked without loading the code that fetches them. */
export function fetchesMedia(connector: string): boolean {
  if (!isConnectorId(connector)) return false;
  const declaration: Declaration = declarations[connector];
  return declaration.fetchesMedia === true;
}

/** Tells if a reply of a connector names earlier messages of its conversation, so that they are to be read for it. */
export function namesEarlierMessages(connector: string): boolean {
  if (!isConnectorId(connector)) return false;
  const declaration: Declaration = declarations[connector];
  return declaration.namesEarlierMessages === true;
}

/** Tells if a connector can look an attempt up at its provider later. Its declaration says so: no sender is loaded. */
export function looksUpAttempts(connector: string): boolean {
  if (!isConnectorId(connector)) return false;
  const declaration: Declaration = declarations[connector];
  return declaration.looksUpAttempts === true;
}
