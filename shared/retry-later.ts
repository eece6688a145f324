/** Thrown by a handler whose message is in order but too early: it is to come again, after this many seconds. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly seconds: number;

  constructor(seconds: number, reason: string) {
    super(reason);
    this.seconds = Math.max(1, Math.ceil(seconds));
  }
}

/** A reply that waits for its slot on the queue. Later replies of its group take their own slots meanwhile. */
export class WaitForSlot extends RetryLater {
  readonly slotMs: number;

  constructor(waitMs: number, slotMs: number) {
    // A little too early: the function waits for the rest.
    super(Math.floor(waitMs / 1000), 'the account waits: its slot is later');
    this.slotMs = slotMs;
  }
}
