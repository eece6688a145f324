import * as z from 'zod';
import type { SimulatedAccount, SimulatorWorld } from './simulator.ts';
import type { Group } from './whatsapp-groups.ts';
import type { Person } from './whatsapp-people.ts';
import type { Update } from './whatsapp-webhooks.ts';

/** How Meta behaves towards our webhook, and what it insists on. */
export const Weather = z.strictObject({
  /** At most so many updates in one body. */
  batch: z.int().min(1).max(1000).default(1),
  /** Every body comes twice. */
  repeat: z.boolean().default(false),
  /** What was held back together comes in the opposite order. */
  reorder: z.boolean().default(false),
  /** How long updates are collected before they come. */
  delayMilliseconds: z.int().min(0).max(60_000).optional(),
  /** Whoever has never written here cannot be written to; else only those whose window has closed. */
  strictWindow: z.boolean().default(false),
  /** Messages are taken, and fail afterwards with this code. */
  failWith: z.int().optional(),
  /** Customers read at once what reaches them. */
  read: z.boolean().default(false),
});
export type Weather = z.infer<typeof Weather>;

export interface StoredMedia {
  readonly id: string;
  readonly account: SimulatedAccount;
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Milliseconds; 7 days for what customers send, 30 for uploads. */
  readonly expiresAt: number;
}

/** A message of ours, as far as its statuses need it. */
export interface SentMessage {
  readonly id: string;
  readonly account: SimulatedAccount;
  readonly person: Person;
  /** Where it went to a group: each member reports for themselves. */
  readonly group: Group | undefined;
  readonly category: string;
  readonly callbackData: string | undefined;
}

interface State {
  weather: Weather;
  readonly media: Map<string, StoredMedia>;
  readonly sent: Map<string, SentMessage>;
  /** By number of ours and id. */
  readonly groups: Map<string, Group>;
  /** Read marks and typing signs. */
  readonly signals: unknown[];
  /** When each customer last wrote to each number, in milliseconds. */
  readonly lastInbound: Map<string, number>;
  /** What is left of each pair's burst, and when it was counted. */
  readonly pairs: Map<string, { readonly left: number; readonly at: number }>;
  readonly waiting: { readonly update: Update; readonly done: (status: number) => void }[];
}

const states = new WeakMap<SimulatorWorld, State>();

/** What Meta knows, in one running simulator; gone when it stops. */
export function stateOf(world: SimulatorWorld): State {
  const known = states.get(world);
  if (known) return known;
  const state: State = {
    weather: Weather.parse({}),
    media: new Map(),
    sent: new Map(),
    groups: new Map(),
    signals: [],
    lastInbound: new Map(),
    pairs: new Map(),
    waiting: [],
  };
  states.set(world, state);
  return state;
}

/** Names a customer and one of our numbers. */
export function pairOf({ address }: SimulatedAccount, { userId }: Person): string {
  return `${address} ${userId}`;
}
