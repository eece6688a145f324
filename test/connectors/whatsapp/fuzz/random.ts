/** Random numbers that one seed repeats exactly, on every machine (mulberry32). */
export interface Random {
  /** 0 ≤ n < below, whole. */
  readonly below: (below: number) => number;
  readonly pick: <Value>(from: readonly Value[]) => Value;
  readonly chance: (oneIn: number) => boolean;
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (max: number): number => Math.floor(next() * max);
  return {
    below,
    pick: (from) => from[below(from.length)] as (typeof from)[number],
    chance: (oneIn) => below(oneIn) === 0,
  };
}

const small: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  253_402_300_800,
  '',
  ' ',
  '0',
  '-1',
  '1e5',
  'true',
  '\u0000',
  '\ud800',
  'a\udc00b',
  '\u202e💣',
  'wamid.',
  '__proto__',
  '99999999999999999999',
  {},
  [],
  [[]],
  [null],
  { id: '' },
  { id: {} },
  { type: 'text' },
];

/** A value nobody expects: mostly small, now and then very long, very deep, or full of names objects have already. */
export function oddValue(random: Random): unknown {
  if (!random.chance(150)) return structuredClone(random.pick(small));
  switch (random.below(4)) {
    case 0:
      return random.pick(['x', '\ud83d', 'é', '\\"']).repeat(1 + random.below(50_000));
    case 1:
      return nested(1 + random.below(5000), random.chance(2));
    case 2:
      return JSON.parse('{"__proto__":{"type":"text"},"constructor":null,"toString":1}');
    default:
      return Array.from({ length: random.below(2000) }, (_, index) => index);
  }
}

function nested(depth: number, list: boolean): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = list ? [value] : { id: value };
  return value;
}
