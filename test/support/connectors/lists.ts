import {
  type ConnectorId,
  declarations,
  isConnectorId,
  type ReceivingBy,
} from '#connectors/declarations';
import { stage as local } from '#infra/cdk/config/local';
import { stage as localAws } from '#infra/cdk/config/local-aws';
import type { Channel } from '#shared/model/channel';
import { harnesses } from '#test/connectors/harnesses';

/** The connectors that `npm start` runs, in the order of their accounts. */
export const localConnectors = connectorsOf(local.accounts);

/** By stage on this machine: its connectors, each named under one stage only. */
export const stageConnectors = {
  local: localConnectors,
  'local-aws': connectorsOf(localAws.accounts).filter((each) => !localConnectors.includes(each)),
} as const;

/** A connector whose provider calls us. */
export type CallingConnector = ReceivingBy<'webhook'>;

export const callingConnectors = Object.entries(declarations).flatMap(([id, { receives }]) =>
  receives === 'webhook' ? [id as CallingConnector] : [],
);

/** The channel that a connector declares first. */
export function firstChannel(connector: ConnectorId): Channel {
  const [channel] = Object.keys(declarations[connector].channels) as [Channel];
  return channel;
}

/** Tells if a provider tells what becomes of a message that it has taken. */
export function tellsStatuses(connector: ConnectorId): boolean {
  return harnesses[connector].lacks.statuses === undefined;
}

/** The events of a reply that goes well, in order. Where the provider tells no statuses, `sent` is the last. */
export function eventsOfSuccess(connector: ConnectorId): readonly string[] {
  return ['accepted', 'sent', ...(tellsStatuses(connector) ? ['delivered'] : [])];
}

function connectorsOf(accounts: readonly { readonly connector: string }[]) {
  return [...new Set(accounts.map(({ connector }) => connector).filter(isConnectorId))];
}

/** Tells if a provider signs the bytes that it posts; a fixed token in a header says nothing of them. */
export function signsBodies(connector: CallingConnector): boolean {
  return harnesses[connector].lacks['body signature'] === undefined;
}
