/** What the sweep asks of accounts, where no reply waits for one. */
export const unpaced = { nearSeconds: 120, pacingOf: () => undefined };
