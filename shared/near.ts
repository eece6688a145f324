/** The longest wait for a slot on the queue: two runs of the sweep, so that a reply it releases is never late. */
export const nearSeconds = 120;
