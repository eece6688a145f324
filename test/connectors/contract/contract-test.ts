import type { ConnectorId } from '#connectors/declarations';
import type { ChannelCapabilities, Declaration } from '#shared/connector/declaration';
import type { Channel } from '#shared/model/channel';
import type { Facility, Harness } from '#test/support/connectors/harness';
import type { Judged } from '#test/support/connectors/rules';
import type { Play } from './play.ts';

/** One connector under the contract. */
export interface Subject {
  readonly connector: ConnectorId;
  readonly declaration: Declaration;
  readonly harness: Harness;
  readonly channels: readonly (readonly [Channel, ChannelCapabilities])[];
  /** What the connector makes of its own fixtures. */
  readonly fixtures: () => Promise<readonly Judged[]>;
  /** The connector in front of its provider's simulator. */
  readonly play: () => Promise<Play>;
}

/** Tells why a connector need not pass a test; undefined where it must. */
export type Exemption = (subject: Pick<Subject, 'declaration' | 'harness'>) => string | undefined;

/** One promise that every connector keeps. */
export interface ContractTest {
  readonly name: string;
  readonly unless?: Exemption;
  readonly run: (subject: Subject) => Promise<void> | void;
}

/** Exempts a connector whose harness says that it lacks this, with the reason given there. */
export const lacking =
  (facility: Facility): Exemption =>
  ({ harness }) =>
    harness.lacks[facility];

/** Exempts a connector that receives by something else than webhooks. */
export const notCalled: Exemption = ({ declaration }) =>
  declaration.receives === 'webhook'
    ? undefined
    : `receives by ${declaration.receives}: there is no webhook to verify`;

/** Exempts a connector that receives by webhooks. */
export const called: Exemption = ({ declaration }) =>
  declaration.receives === 'webhook' ? 'receives by webhooks: there is no notification' : undefined;

/** The first reason among several. */
export const either =
  (...exemptions: readonly Exemption[]): Exemption =>
  (subject) =>
    exemptions.map((exempt) => exempt(subject)).find((reason) => reason !== undefined);
