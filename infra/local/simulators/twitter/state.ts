import type { SimulatorWorld } from '#infra/local/simulators/simulator';
import type { Token, TokenFamily } from './access/tokens.ts';
import type { StoredFile } from './media/files.ts';
import type { Upload } from './media/uploads.ts';
import { snowflake } from './snowflake.ts';
import type { SimulatedUser } from './users.ts';
import type { LoggedEvent, Subscription, Webhook } from './webhooks/registered.ts';

/** A direct message between one of our accounts and a customer. */
export interface StoredMessage {
  readonly id: string;
  readonly from: SimulatedUser;
  readonly to: SimulatedUser;
  readonly text: string;
  readonly at: Date;
  readonly files: readonly StoredFile[];
}

/** A public post, ours or a customer's. */
export interface StoredPost {
  readonly id: string;
  readonly author: SimulatedUser;
  readonly text: string;
  readonly at: Date;
  readonly conversationId: string;
  readonly inReplyTo?: { readonly postId: string; readonly userId: string | undefined };
  readonly quotes?: string;
  /** The ids it had before it was edited, the oldest first. */
  readonly earlierIds: readonly string[];
  /** The ids of the users it names, by its text or because its conversation goes on with them. */
  readonly mentions: readonly string[];
  readonly files: readonly StoredFile[];
}

/** Everything that this X keeps. It stays when `DELETE /_sent` forgets what was sent. */
export interface State {
  /** The oldest first, as all of these. */
  readonly messages: StoredMessage[];
  readonly posts: Map<string, StoredPost>;
  /** Deleted posts by id; they cannot be seen or answered. */
  readonly deletedPosts: Set<string>;
  readonly users: Map<string, SimulatedUser>;
  readonly uploads: Map<string, Upload>;
  /** Files by the path at which they are served. */
  readonly files: Map<string, StoredFile>;
  readonly webhooks: Map<string, Webhook>;
  readonly subscriptions: Map<string, Subscription>;
  /** Events of subscriptions, delivered or not: a replay sends them again. */
  readonly log: LoggedEvent[];
  /** Webhooks whose replay is under way. */
  readonly replays: Set<string>;
  readonly tokens: Map<string, Token>;
  readonly refreshTokens: Map<string, TokenFamily>;
  /** Consents that wait for their token, by code. */
  readonly codes: Map<string, TokenFamily>;
  /** Users who have withdrawn our app's access. */
  readonly revoked: Set<string>;
  /** Users who are no longer there. */
  readonly deletedUsers: Set<string>;
  /** Calls by caller and class, in their present window. */
  readonly calls: Map<string, { startedAt: number; count: number }>;
  readonly nextId: (at: Date) => string;
}

const states = new WeakMap<SimulatorWorld, State>();

export function stateOf(world: SimulatorWorld): State {
  const state = states.get(world) ?? emptyState();
  states.set(world, state);
  return state;
}

function emptyState(): State {
  let sequence = 0;
  return {
    messages: [],
    posts: new Map(),
    deletedPosts: new Set(),
    users: new Map(),
    uploads: new Map(),
    files: new Map(),
    webhooks: new Map(),
    subscriptions: new Map(),
    log: [],
    replays: new Set(),
    tokens: new Map(),
    refreshTokens: new Map(),
    codes: new Map(),
    revoked: new Set(),
    deletedUsers: new Set(),
    calls: new Map(),
    /** Makes an id that is unique within its millisecond, too. */
    nextId: (at) => {
      sequence += 1;
      return snowflake(at, sequence);
    },
  };
}
