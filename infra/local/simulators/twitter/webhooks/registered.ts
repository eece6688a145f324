import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { stateOf } from '#infra/local/simulators/twitter/state';

/** A webhook that an app has registered. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly app: string;
  readonly createdAt: Date;
  isValid: boolean;
  /** The time of the last challenge, and of the last one that was answered rightly. */
  challengedAt: Date;
  validatedAt: Date;
  /** The conditions under which it was last validated. */
  validatedUnder: object;
}

/** The wish of an app to be told of events of one type. */
export interface Subscription {
  readonly id: string;
  readonly app: string;
  readonly eventType: string;
  readonly filter: { readonly user_id?: string; readonly direction?: 'inbound' | 'outbound' };
  readonly createdAt: Date;
  updatedAt: Date;
  tag: string | undefined;
  webhookId: string | undefined;
}

/** An event that belongs to a webhook, whether or not it reached us. */
export interface LoggedEvent {
  readonly at: Date;
  readonly webhookId: string;
  readonly account: SimulatedAccount;
  readonly body: unknown;
}

/** X tells an invalid webhook nothing. The condition `invalid` ends for each once it is validated. */
export function isValid(webhook: Webhook, world: SimulatorWorld): boolean {
  const isGivenUp =
    conditionsOf(world).webhook === 'invalid' && webhook.validatedUnder !== world.conditions();
  return webhook.isValid && !isGivenUp;
}

/** The webhooks of an app. */
export function webhooksOf(world: SimulatorWorld, app: string): readonly Webhook[] {
  return [...stateOf(world).webhooks.values()].filter((webhook) => webhook.app === app);
}
