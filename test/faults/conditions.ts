/** What changes for everybody while a run goes on. */
export interface Conditions {
  /** Scales every fault; 0 is a quiet day. */
  rate: number;
  /** How far the clocks of new workers are ahead. */
  clockOffsetSeconds: number;
  /** How much of the load has been put on, 0 to 1: the kills are spread over it. */
  progress: number;
  /** The generation of credentials the providers sign with. */
  generation: number;
  /** The one that is stored: during a rotation it is ahead of what the providers sign with. */
  storedGeneration: number;
  /** The queues have forgotten every deduplication id. */
  forgetful: boolean;
}

export function fineConditions(): Conditions {
  return {
    ...{ rate: 0, clockOffsetSeconds: 0, progress: 0, generation: 1, storedGeneration: 1 },
    forgetful: false,
  };
}
