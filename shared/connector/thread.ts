/** An earlier message that a message says it follows. */
export interface Followed {
  readonly providerMessageId: string;
  /**
   * The proof that the id gives. `provider`: the provider itself says which message is followed. `secret`: only a
   * person who has one of our messages can know the id. `claimed`: any person can know or choose it.
   */
  readonly proof: 'provider' | 'secret' | 'claimed';
}

/** The place of a message on a channel that has threads. */
export interface Thread {
  /** Names the thread this message would start. */
  readonly key: string;
  /**
   * The earlier messages this one says it follows, the likeliest first. The store decides if it may continue their
   * conversation (shared/aws/store/append/thread.ts).
   */
  readonly follows: readonly Followed[];
  readonly subject?: string;
}
