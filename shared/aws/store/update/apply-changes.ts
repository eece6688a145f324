import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Attributes,
  type Place,
  readState,
  type Telling,
  toldChanges,
  writeState,
} from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { ConnectorError } from '#shared/errors';
import { isRemembered, recentOf } from '#shared/table/recent';
import type { EntryState } from '#shared/table/state';
import type { OtherRecord } from '#shared/table/update';
import { changeOf, readBeside } from './change.ts';
import type { Updated } from './update.ts';

/** The result of applying several changes to one message. */
export interface AllUpdated {
  /** The outcome of each change, in the order given. */
  readonly outcomes: readonly Updated['outcome'][];
  /** The new state. */
  readonly entry?: EntryState;
}

const maxTries = 8;

/** Applies one change to the state of a message: see `applyChanges`. */
export async function applyUpdate(
  table: Table,
  place: Place,
  update: OtherRecord,
): Promise<Updated> {
  const { outcomes, entry } = await applyChanges(table, place, [update]);
  return { outcome: outcomes[0] ?? 'missing', ...(entry ? { entry } : {}) };
}

/**
 * Applies changes to the state of a message, in this order and in one write: each increments `revision`, and adds the
 * change itself and its short id, which identifies a redelivery. The entry is not written again: its first event must
 * stay as it was. The result is as if they had been applied one after the other.
 */
export async function applyChanges(
  table: Table,
  place: Place,
  updates: readonly OtherRecord[],
): Promise<AllUpdated> {
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const state = await readState(table, place);
    if (!state) return { outcomes: updates.map(() => 'missing') };
    const { told, set, outcomes } = await joined(table, place, state, updates);
    if (told.length === 0) return { outcomes, entry: state };
    const write = toldChanges(state, told);
    const changes = { ...write, set: { ...write.set, ...set } };
    const written = await writeState(table, place, state, changes, { revision: state.revision });
    if (written) return { outcomes, entry: written };
    await sleep(Math.random() * 20 * (attempt + 1));
  }
  throw new ConnectorError('unavailable', 'the message is contended; try again');
}

/** Changes computed over one state, each over the result of those before it. */
interface Joined {
  readonly outcomes: readonly Updated['outcome'][];
  readonly told: readonly Telling[];
  readonly set: Attributes;
}

async function joined(
  table: Table,
  place: Place,
  state: EntryState,
  updates: readonly OtherRecord[],
): Promise<Joined> {
  const unseen = updates.filter(({ id }) => !isRemembered(state, id));
  const beside = await readBeside(table, place, unseen);
  const outcomes: Updated['outcome'][] = [];
  const told: Telling[] = [];
  let now = state;
  for (const record of updates) {
    const isRepeated = isRemembered(now, record.id);
    const change = isRepeated ? undefined : await changeOf(table, place, now, record, beside);
    outcomes.push(isRepeated ? 'repeated' : change ? 'applied' : 'stale');
    if (!change) continue;
    const { pending, set } = change;
    told.push({ record, pending });
    const lists = {
      pending: [...now.pending, pending],
      recent: [...now.recent, recentOf(record)],
    };
    now = { ...now, ...set, ...lists };
  }
  const changed = Object.entries(now).filter(
    ([name, value]) => !isList(name) && value !== state[name as keyof EntryState],
  );
  return { outcomes, told, set: Object.fromEntries(changed) };
}

/** Names the lists that a write appends to instead of setting them. */
function isList(name: string): boolean {
  return name === 'pending' || name === 'recent';
}
