/** An answer that could not be handed over for a day is worse than none: the agent is told instead. */
export const giveUpAfterSeconds = 86_400;
