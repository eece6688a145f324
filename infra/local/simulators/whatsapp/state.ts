import * as z from 'zod';
import { type Delivery, openDelivery } from '#infra/local/simulators/calls/delivery';
import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';
import type { Group } from './groups.ts';
import type { Person } from './people.ts';
import { joinedWebhooks, type Update } from './webhooks.ts';

/** Meta's strictness, and how customers behave: conditions beside those of every provider. */
export const ownConditions = {
  /** A customer who has never written here cannot be written to; else only those whose window has closed. */
  strictWindow: z.boolean().default(false),
  /** Messages are taken, and fail afterwards with this code. */
  failWith: z.int().optional(),
  /** Customers read each message as soon as it arrives. */
  read: z.boolean().default(false),
};
const OwnConditions = z.object(ownConditions);

export function ownConditionsOf({ conditions }: SimulatorWorld): z.infer<typeof OwnConditions> {
  return OwnConditions.parse(conditions());
}

export interface StoredMedia {
  readonly id: string;
  readonly account: SimulatedAccount;
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Milliseconds; 7 days for what customers send, 30 for uploads. */
  readonly expiresAt: number;
}

/** A sent message, as far as its statuses need it. */
export interface SentMessage {
  readonly id: string;
  readonly account: SimulatedAccount;
  readonly person: Person;
  /** The group it went to, if any: each member reports by itself. */
  readonly group: Group | undefined;
  readonly category: string;
  readonly callbackData: string | undefined;
}

interface State {
  readonly media: Map<string, StoredMedia>;
  readonly sent: Map<string, SentMessage>;
  /** Groups by the address of our number, and their id. */
  readonly groups: Map<string, Group>;
  /** Read marks and typing indicators. */
  readonly signals: unknown[];
  /** The time at which each customer last wrote to each number, in milliseconds. */
  readonly lastInbound: Map<string, number>;
  /** The messages left of each pair's burst, and the time they were counted. */
  readonly pairs: Map<string, { readonly left: number; readonly at: number }>;
  readonly delivery: Delivery<Update>;
}

const states = new WeakMap<SimulatorWorld, State>();

/** Meta's state in one running simulator; gone when it stops. */
export function stateOf(world: SimulatorWorld): State {
  const known = states.get(world);
  if (known) return known;
  const state: State = {
    media: new Map(),
    sent: new Map(),
    groups: new Map(),
    signals: [],
    lastInbound: new Map(),
    pairs: new Map(),
    delivery: openDelivery(world, {
      key: ({ account }) => account,
      webhooksOf: (updates) => joinedWebhooks(updates),
    }),
  };
  states.set(world, state);
  return state;
}

/** Names a customer and one of our numbers. */
export function pairOf({ address }: SimulatedAccount, { userId }: Person): string {
  return `${address} ${userId}`;
}
