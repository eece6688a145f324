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

/** A status of a message that was sent, to be told by hand (`POST /_status`). */
export interface SimulatedStatus {
  readonly messageId: string;
  /** By the provider's own name. */
  readonly status: string;
  /** Of the error that comes with a failure, the provider's own. */
  readonly code?: string;
  /** The member of a group who reports it; all of them, when absent. */
  readonly recipient?: string;
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
  /** Posts a webhook once and reports the status code; repeats it as a provider would when that is 5xx. */
  readonly deliver: (webhook: Webhook) => Promise<number>;
  /** Runs later, on this process's clock, and is forgotten when the stack stops. */
  readonly later: (milliseconds: number, work: () => Promise<unknown>) => void;
}

/**
 * One provider as seen from outside: it signs webhooks as the provider does, refuses what the provider refuses,
 * and knows nothing of our connectors (they would otherwise be checked against themselves).
 */
export interface Simulator {
  readonly connector: string;
  /** Answers the provider's REST API. */
  readonly answer: (request: ApiRequest, world: SimulatorWorld) => Promise<ApiAnswer> | ApiAnswer;
  /** The provider's own body for a named fault: `429`, `500`, or one of its error codes. */
  readonly fault: (name: string) => ApiAnswer;
  /**
   * Tells our webhook a status; resolves with our answer's status code, or with nothing where no such message was
   * sent. Absent where a provider tells no statuses.
   */
  readonly report?: (status: SimulatedStatus, world: SimulatorWorld) => Promise<number | undefined>;
  /** Answers what only this simulator offers to tests and people (paths that begin with `/_`). */
  readonly control?: (
    request: ApiRequest,
    world: SimulatorWorld,
  ) => Promise<ApiAnswer | undefined> | ApiAnswer | undefined;
  /** Sends a customer's message to our webhook; resolves with the provider's id and our answer's status code. */
  readonly inbound: (
    message: SimulatedInbound,
    world: SimulatorWorld,
  ) => Promise<{ readonly providerMessageId: string; readonly status: number }>;
}
