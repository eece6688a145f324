/** Ends the process, or throws, when the named failpoint is passed for the n-th time of an invocation. */
export interface CrashOrder {
  readonly name: string;
  readonly hit: number;
  readonly how: 'kill' | 'throw';
}

/** What a host is told: one event for its handler. */
export interface HostRequest {
  readonly event: unknown;
  readonly order?: CrashOrder;
}

/** What it answers. A killed one answers nothing. */
export interface HostAnswer {
  readonly kind: 'returned' | 'failed';
  readonly value?: unknown;
  readonly threwAt?: string;
  readonly residentBytes: number;
}
