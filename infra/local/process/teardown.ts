/** Undoes steps, the latest first; a failure does not keep the rest from being undone. */
export interface Teardown {
  readonly defer: (undo: () => unknown) => void;
  /** May be called more than once; only the first time does something. */
  readonly run: () => Promise<void>;
}

export function openTeardown(): Teardown {
  const undos: (() => unknown)[] = [];
  let running: Promise<void> | undefined;
  const undoAll = async (): Promise<void> => {
    for (let undo = undos.pop(); undo; undo = undos.pop()) {
      try {
        await undo();
      } catch {
        // The rest must still be stopped, and the reaper ends every process that is left.
      }
    }
  };
  return {
    defer: (undo) => undos.push(undo),
    run: () => {
      running ??= undoAll();
      return running;
    },
  };
}
