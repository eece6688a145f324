import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';

export interface StoredFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
}

/** The counters and files that Telegram keeps beside the messages it has taken. */
interface State {
  /** The last number given to an update, and to a message. */
  updateId: number;
  messageId: number;
  readonly files: Map<string, StoredFile>;
  /** Keyboards under messages of the bot, by the message's number. */
  readonly keyboards: Map<number, unknown>;
  readonly signals: object[];
}

const states = new WeakMap<SimulatorWorld, State>();

export function stateOf(world: SimulatorWorld): State {
  const known = states.get(world);
  if (known) return known;
  // Update ids begin anywhere, and are chosen anew after a quiet week: by the clock, two runs share none.
  const updateId = Math.floor(Date.now() / 1000) % 1_000_000_000;
  const messageId = updateId * 10;
  const state = { updateId, messageId, files: new Map(), keyboards: new Map(), signals: [] };
  states.set(world, state);
  return state;
}

/** The bot as Telegram names it: its id is in front of the colon of its token. */
export function botIdOf({ address }: SimulatedAccount): number {
  return Number(address);
}

/** The name of a message outside this simulator, where its number alone is not enough: bot, chat and number. */
export function nameOf(
  account: SimulatedAccount,
  chat: number | string,
  messageId: number,
): string {
  return `${account.address}:${chat}:${messageId}`;
}

/** Keeps a file; its id is a word that means nothing outside. */
export function keepFile(
  world: SimulatorWorld,
  file: Omit<StoredFile, 'path'>,
  name: string,
): string {
  const { files } = stateOf(world);
  const number = files.size + 1;
  const id = `SIMfile${number}_${Buffer.from(name).toString('base64url').slice(0, 20)}`;
  files.set(id, { ...file, path: `documents/file_${number}` });
  return id;
}
