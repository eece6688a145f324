import type * as z from 'zod';
import type { Conditions } from './calls/conditions.ts';
import type { Held } from './calls/delivery.ts';

/** What the local stack tells a simulator about one account of its provider. */
export interface SimulatedAccount {
  readonly account: string;
  /** Our own address on the channel. */
  readonly address: string;
  /** Where the provider calls us. */
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
}

/** A customer's message to be delivered to us, as the command line or a test asks for it (`POST /_inbound`). */
export interface SimulatedInbound {
  readonly account?: string;
  readonly from: string;
  readonly text: string;
  readonly name?: string;
  /** What else was asked for; each simulator knows its own. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** What a simulator may do with the world around it. */
export interface SimulatorWorld {
  readonly accounts: readonly SimulatedAccount[];
  /** Where this simulator answers, for what links back to it. */
  readonly url: () => string;
  /** The provider's clock: real time, and what `POST /_clock` has added. */
  readonly now: () => Date;
  readonly record: (send: SimulatedSend) => void;
  readonly sent: readonly SimulatedSend[];
  /** How this provider behaves, as `POST /_conditions` has set it. */
  readonly conditions: () => Conditions;
  /** Posts a webhook once and reports the status code; repeats it as a provider would when that is 5xx. */
  readonly post: (webhook: Webhook) => Promise<number>;
  /** Posts a webhook as the conditions have it: late, twice, in another order. */
  readonly deliver: (webhook: Webhook) => Promise<number>;
  /** Makes known what is held back, so that it leaves when the conditions change. */
  readonly hold: (held: Held) => void;
  /** Runs later, on this process's clock, and is forgotten when the stack stops. */
  readonly later: (milliseconds: number, work: () => Promise<unknown>) => void;
  /** Runs later what tells of one of our messages, unless the conditions say that nothing is told by itself. */
  readonly report: (milliseconds: number, work: () => Promise<unknown>) => void;
}

/** What became of a message, as `POST /_status` asks for it. */
export interface StatusReport {
  /** One of the simulator's `statuses`. */
  readonly status: string;
  /** The provider's code of a failure. */
  readonly code?: unknown;
  /** What else was asked for; each simulator knows its own. */
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
 * One provider as seen from outside: it signs webhooks as the provider does, refuses what the provider refuses,
 * and knows nothing of our connectors (they would otherwise be checked against themselves).
 */
export interface Simulator {
  readonly connector: string;
  /** Answers the provider's REST API. */
  readonly answer: (request: ApiRequest, world: SimulatorWorld) => Promise<ApiAnswer> | ApiAnswer;
  readonly faults: Faults;
  /** What only this simulator offers, by method and path: `GET /_signals`. Throws `BadCall`. */
  readonly calls?: Readonly<Record<string, (body: Buffer, world: SimulatorWorld) => unknown>>;
  /** What `POST /_conditions` takes beside the conditions of every provider. */
  readonly conditions?: z.ZodRawShape;
  /** The address of a customer. */
  readonly customer: z.ZodType<string>;
  /** What `POST /_inbound` takes beside the fields of every provider. */
  readonly inboundFields?: z.ZodRawShape;
  /** What the provider can tell of a message, in its own words. */
  readonly statuses: readonly string[];
  /** The form of a failure's code; absent where the provider tells none. */
  readonly statusCode?: z.ZodType;
  /** What `POST /_status` takes beside the fields of every provider. */
  readonly statusFields?: z.ZodRawShape;
  /** Tells our webhook what became of a message; resolves with our answer's status code. Throws `BadCall`. */
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
