/** How near a slot must be to be waited for on the queue: two runs of the sweep, so that what it releases is never late. */
export const nearSeconds = 120;
