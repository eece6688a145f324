/** A reply that could not be sent for a day is worse than none: the agent is told instead. */
export const giveUpAfterSeconds = 86_400;
