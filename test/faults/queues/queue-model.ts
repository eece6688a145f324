/** One message as the harness holds it between the queue and a function. */
export interface HeldMessage {
  readonly id: string;
  readonly body: string;
  /** Empty on a standard queue. */
  readonly group: string;
  receives: number;
  visibleAt: number;
  handle: string;
}

/** A message as it was handed out: its handle is good for this one receive. */
export interface Delivery {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  readonly handle: string;
  readonly receives: number;
}

export interface QueueModel {
  readonly put: (message: { id: string; body: string; group: string }) => void;
  readonly receive: (max: number) => readonly Delivery[];
  /** False for a handle that is not the newest, or whose visibility timeout has run out: SQS refuses it. */
  readonly remove: (handle: string) => boolean;
  readonly changeVisibility: (handle: string, seconds: number) => boolean;
  readonly waiting: () => number;
  /** Those of them that nobody is working on, and that are not waiting to be shown again. */
  readonly visible: () => number;
  readonly deadLetters: readonly HeldMessage[];
}

export interface QueueModelOptions {
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  /** How many messages of one group travel in one batch at most; the emulator never gives more than one. */
  readonly groupRun: () => number;
  readonly now: () => number;
}

/**
 * The consumer's side of SQS as AWS describes it ("FIFO delivery logic", "Visibility timeout"): a message in flight
 * blocks its group, several of one group may share a batch in order, a handle is worth nothing once its timeout has
 * run out, and what was received too often is set aside. fauxqs hands out one message per group and accepts expired
 * handles, so this side of it is ours.
 */
export function queueModel(options: QueueModelOptions): QueueModel {
  const groups = new Map<string, HeldMessage[]>();
  const inFlight = new Map<string, HeldMessage>();
  const deadLetters: HeldMessage[] = [];
  const { now, visibilitySeconds } = options;
  let handles = 0;
  const dropped = (message: HeldMessage): void => {
    const own = groups.get(message.group)?.filter((each) => each !== message) ?? [];
    if (own.length > 0) groups.set(message.group, own);
    else groups.delete(message.group);
  };
  const hand = (message: HeldMessage): Delivery => {
    inFlight.delete(message.handle);
    handles += 1;
    message.handle = `held-${handles}`;
    message.receives += 1;
    message.visibleAt = now() + visibilitySeconds * 1000;
    inFlight.set(message.handle, message);
    const { id, body, group, handle, receives } = message;
    return { id, body, group, handle, receives };
  };
  const setAside = (message: HeldMessage): void => {
    dropped(message);
    deadLetters.push(message);
  };
  const ready = (max: number): readonly HeldMessage[] => {
    const found: HeldMessage[] = [];
    for (const messages of groups.values()) {
      if (found.length >= max) break;
      if (messages.some(({ visibleAt }) => visibleAt > now())) continue;
      const spent = messages.filter(({ receives }) => receives >= options.maxReceiveCount);
      spent.forEach(setAside);
      const good = messages.filter((each) => !spent.includes(each));
      found.push(...good.slice(0, Math.min(options.groupRun(), max - found.length)));
    }
    return found;
  };
  const held = (handle: string): HeldMessage | undefined => {
    const message = inFlight.get(handle);
    return message && message.visibleAt > now() ? message : undefined;
  };
  return {
    deadLetters,
    put: ({ id, body, group }) => {
      const key = group === '' ? `single:${id}` : group;
      const message = { id, body, group: key, receives: 0, visibleAt: 0, handle: '' };
      groups.set(key, [...(groups.get(key) ?? []), message]);
    },
    receive: (max) => ready(max).map(hand),
    remove: (handle) => {
      const message = held(handle);
      if (!message) return false;
      inFlight.delete(handle);
      dropped(message);
      return true;
    },
    changeVisibility: (handle, seconds) => {
      const message = held(handle);
      if (message) message.visibleAt = now() + seconds * 1000;
      return message !== undefined;
    },
    visible: () => [...groups.values()].flat().filter(({ visibleAt }) => visibleAt <= now()).length,
    waiting: () => [...groups.values()].reduce((sum, messages) => sum + messages.length, 0),
  };
}
