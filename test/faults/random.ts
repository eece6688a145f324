/** Numbers that a seed decides, so that a run can be made again. */
export interface Random {
  /** At least 0, below 1. */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  /** Both ends included. */
  readonly integer: (from: number, to: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** Letters and digits. */
  readonly word: (length: number) => string;
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A stream of numbers for one purpose (`mulberry32` over a hash of the names). Each purpose has its own stream, so
 * that one more draw for a fault does not change what the customers write.
 */
export function seededRandom(seed: number, ...names: readonly string[]): Random {
  let state = hashed(`${seed}/${names.join('/')}`);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[integer(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  return {
    next,
    integer,
    pick,
    chance: (probability) => next() < probability,
    word: (length) => Array.from({ length }, () => letters[integer(0, 35)]).join(''),
  };
}

/** FNV-1a. */
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
