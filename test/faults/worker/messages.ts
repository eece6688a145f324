/** Ends the process, throws, or stops the process for a while, when the named failpoint is passed for the n-th time of an invocation. */
export interface CrashOrder {
  readonly name: string;
  readonly hit: number;
  readonly how: 'kill' | 'throw' | 'freeze';
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

/** What a host writes before it stops: nothing it sends would leave a stopped process. */
export const frozenMark = 'switchboard-faults: frozen\n';
