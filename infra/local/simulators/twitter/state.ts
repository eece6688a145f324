import type { SimulatorWorld } from '#infra/local/simulators/simulator';
import { snowflake } from './events.ts';
import type { StoredFile } from './media/files.ts';
import type { Upload } from './media/uploads.ts';
import type { SimulatedUser } from './users.ts';

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
  /** Deleted posts by id; nobody can see or answer them. */
  readonly deletedPosts: Set<string>;
  readonly users: Map<string, SimulatedUser>;
  readonly uploads: Map<string, Upload>;
  /** Files by the path at which they are served. */
  readonly files: Map<string, StoredFile>;
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
    /** Makes an id that is unique within its millisecond, too. */
    nextId: (at) => {
      sequence += 1;
      return snowflake(at, sequence);
    },
  };
}
