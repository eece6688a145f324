import type * as core from 'zod/v4/core';
import type { PriceTable } from '#shared/model/price';
import type { Advice } from './doctor.ts';

/** One line of what a registration finds or does. Nothing of a secret stands in it. */
export interface RegistrationStep {
  /** `challenge`, `webhook`, or the provider's name of a kind of event. */
  readonly subject: string;
  /** `ok` was so before, `done` was changed by this call, `missing` is not there, `wrong` was refused or does not work. */
  readonly state: 'ok' | 'done' | 'note' | 'missing' | 'wrong';
  readonly says: string;
  /** The reason of a refusal, in one word which stays the same. */
  readonly reason?: string;
  readonly next?: string;
  /** The provider's id of the webhook or the subscription. */
  readonly id?: string;
}

export interface RegistrationContext<Account, Credentials> {
  readonly account: Account;
  readonly credentials: Credentials;
  /** The provider's API, without a trailing slash. */
  readonly apiUrl: string;
  readonly webhookUrl: string;
  /** The provider's prices, where they are known. */
  readonly prices: PriceTable | undefined;
  /** The time limit of one HTTP request. */
  readonly timeoutSeconds: number;
  /** Told of each step as it ends. */
  readonly tell: (step: RegistrationStep) => void;
}

/** Registers webhooks at one provider through its API. Everything that is wrong is told as a step, never thrown. */
export interface RegistrationDefinition<Account, Credentials> {
  readonly account: core.$ZodType<Account>;
  readonly credentials: core.$ZodType<Credentials>;
  /** Kinds of events that are subscribed to on demand only. */
  readonly optionalEvents: readonly string[];
  /** The provider's rules that a URL breaks. Pure. */
  readonly urlProblems: (webhookUrl: string) => readonly Advice[];
  readonly show: (context: RegistrationContext<Account, Credentials>) => Promise<void>;
  /** Makes what is missing; a repeat changes nothing. `optional` names kinds of `optionalEvents`. */
  readonly register: (
    context: RegistrationContext<Account, Credentials>,
    optional: readonly string[],
  ) => Promise<void>;
  /** Removes the webhook of this URL and its subscriptions, once `confirm` has said yes to a question. */
  readonly remove: (
    context: RegistrationContext<Account, Credentials>,
    confirm: (question: string) => Promise<boolean>,
  ) => Promise<void>;
}

/** The same for a caller that knows no connector. Account and credentials are read by the connector's own schemas. */
export type Registration = RegistrationDefinition<unknown, unknown>;
