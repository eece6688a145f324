import type * as z from 'zod';
import type { Conditions } from './calls/conditions.ts';
import type { Held } from './calls/delivery.ts';

/** The facts about one account that the local stack gives to its provider's simulator. */
export interface SimulatedAccount {
  readonly account: string;
  /** Our own address on the channel. */
  readonly address: string;
  /** The URL that the provider calls. */
  readonly webhookUrl: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, string>>;
}

/** One send the provider accepted, as `GET /_sent` lists it. */
export interface SimulatedSend {
  readonly at: string;
  readonly to: string;
  readonly text: string;
  readonly messageId: string;
  readonly request: unknown;
  /** Further fields, where a provider's messages have more to list. */
  readonly [field: string]: unknown;
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** In place of `body`, for a file. */
  readonly bytes?: Uint8Array;
}

export interface Webhook {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** False: the provider sends it once, whatever we answer. */
  readonly repeats?: boolean;
}

/** A customer's message to be delivered to us, as the command line or a test asks for it (`POST /_inbound`). */
export interface SimulatedInbound {
  readonly account?: string;
  readonly from: string;
  readonly text: string;
  readonly name?: string;
  /** Further fields; each simulator knows its own. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The means that a simulator has: its accounts, its clock, and the ways to call our webhooks. */
export interface SimulatorWorld {
  readonly accounts: readonly SimulatedAccount[];
  /** This simulator's own URL, for links back to it. */
  readonly url: () => string;
  /** The provider's clock: real time, and the seconds `POST /_clock` has added. */
  readonly now: () => Date;
  readonly record: (send: SimulatedSend) => void;
  readonly sent: readonly SimulatedSend[];
  /** The conditions of this provider, as `POST /_conditions` has set them. */
  readonly conditions: () => Conditions;
  /** Posts a webhook once and reports the status code; repeats it as a provider would when that is 5xx. */
  readonly post: (webhook: Webhook) => Promise<number>;
  /** Posts a webhook as the conditions have it: late, twice, in another order. */
  readonly deliver: (webhook: Webhook) => Promise<number>;
  /** Registers a queue of held-back updates, so that it is released when the conditions change. */
  readonly hold: (held: Held) => void;
  /** Runs later, on this process's clock, and is forgotten when the stack stops. */
  readonly later: (milliseconds: number, work: () => Promise<unknown>) => void;
  /**
   * Runs work later that tells the status of one of our messages, unless the conditions say that no status comes by
   * itself.
   */
  readonly report: (milliseconds: number, work: () => Promise<unknown>) => void;
}

/** A status of a message, as `POST /_status` asks for it. */
export interface StatusReport {
  /** One of the simulator's `statuses`. */
  readonly status: string;
  /** The provider's code of a failure. */
  readonly code?: unknown;
  /** Further fields; each simulator knows its own. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** The refusals that a provider can be made to answer with (`POST /_fault`), in its own bodies. */
export interface Faults {
  /** `429`, `500`, and the provider's own error codes. */
  readonly kinds: readonly string[];
  /** The answer for one of the kinds. */
  readonly answer: (kind: string) => ApiAnswer;
  /** An error with a code that is in none of the provider's lists. */
  readonly unknown: ApiAnswer;
}

/**
 * One provider as its users see it: it signs webhooks as the provider does, refuses what the provider refuses, and uses
 * no code of our connectors (they would otherwise be checked against themselves).
 */
export interface Simulator {
  readonly connector: string;
  /** Answers the provider's REST API. */
  readonly answer: (request: ApiRequest, world: SimulatorWorld) => Promise<ApiAnswer> | ApiAnswer;
  readonly faults: Faults;
  /** Calls that only this simulator offers, by method and path: `GET /_signals`. Throws `BadCall`. */
  readonly calls?: Readonly<Record<string, (body: Buffer, world: SimulatorWorld) => unknown>>;
  /** Fields of `POST /_conditions` beside those of every provider. */
  readonly conditions?: z.ZodRawShape;
  /** The address of a customer. */
  readonly customer: z.ZodType<string>;
  /** Fields of `POST /_inbound` beside those of every provider. */
  readonly inboundFields?: z.ZodRawShape;
  /** The statuses that the provider can tell of a message, in its own words. */
  readonly statuses: readonly string[];
  /** The form of a failure's code; absent where the provider tells none. */
  readonly statusCode?: z.ZodType;
  /** Fields of `POST /_status` beside those of every provider. */
  readonly statusFields?: z.ZodRawShape;
  /** Tells our webhook the status of a message; resolves with our answer's status code. Throws `BadCall`. */
  readonly reportStatus: (
    send: SimulatedSend,
    report: StatusReport,
    world: SimulatorWorld,
  ) => Promise<number>;
  /** Sends a customer's message to our webhook; resolves with the provider's id and our answer's status code. */
  readonly inbound: (
    message: SimulatedInbound,
    world: SimulatorWorld,
  ) => Promise<{ readonly providerMessageId: string; readonly status: number }>;
}
