import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';
import { deliver } from './delivery.ts';
import { type Person, personOf } from './people.ts';
import { stateOf } from './state.ts';
import { secondsOf } from './statuses.ts';

/** People and one of our numbers in one chat. */
export interface Group {
  readonly id: string;
  readonly account: SimulatedAccount;
  readonly members: Map<string, Person>;
  subject?: string;
}

/** A change of a group: it is made, renamed, joined, left. */
export const GroupChange = z.strictObject({
  account: z.string().optional(),
  /** Made up for a new group, where it is left out. */
  group: z.string().min(1).optional(),
  subject: z.string().min(1).max(128).optional(),
  add: z.array(z.string().min(1)).default([]),
  remove: z.array(z.string().min(1)).default([]),
});
export type GroupChange = z.infer<typeof GroupChange>;

/** The group with this id at one of our numbers; Meta knows no other. */
export function groupNamed(
  id: string,
  account: SimulatedAccount,
  world: SimulatorWorld,
): Group | undefined {
  return stateOf(world).groups.get(`${account.address} ${id}`);
}

/** The group in which this person writes. The writer becomes a member, and an unknown group is created silently. */
export function joinedGroup(
  id: string,
  person: Person,
  account: SimulatedAccount,
  world: SimulatorWorld,
): Group {
  const group = groupNamed(id, account, world) ?? madeGroup(id, account, world);
  group.members.set(person.userId, person);
  return group;
}

/** The person for whom a message to a group is counted: the window and the burst are the group's. */
export function personFor({ id }: Pick<Group, 'id'>): Person {
  return { phone: undefined, userId: `group:${id}` };
}

/**
 * Changes a group, and sends a webhook for each change as Meta does, one after the other; resolves with our last
 * answer.
 */
export async function changeGroup(
  change: GroupChange,
  account: SimulatedAccount,
  world: SimulatorWorld,
): Promise<{ readonly group: string; readonly status: number }> {
  const id = change.group ?? newGroupId();
  const known = groupNamed(id, account, world);
  const group = known ?? madeGroup(id, account, world);
  const [added, removed] = [change.add.map(personOf), change.remove.map(personOf)];
  if (change.subject !== undefined) group.subject = change.subject;
  for (const person of added) group.members.set(person.userId, person);
  for (const { userId } of removed) group.members.delete(userId);
  const events = [
    ...(known ? renaming(change) : [making(group)]),
    ...moving('add', { reason: 'invite_link', added_participants: added.map(participant) }, added),
    ...moving(
      'remove',
      { initiated_by: 'participant', removed_participants: removed.map(participant) },
      removed,
    ),
  ];
  let status = 200;
  for (const { field, ...event } of events) {
    const common = { timestamp: secondsOf(world), group_id: id, request_id: newRequestId() };
    status = await deliver({ account, field, value: { groups: [{ ...common, ...event }] } }, world);
  }
  return { group: id, status };
}

/** The webhook's field, and its value. */
interface Told {
  readonly field: string;
  readonly type: string;
}

function making({ subject = 'Group' }: Group): Told & { readonly subject: string } {
  return { field: 'group_lifecycle_update', type: 'group_create', subject };
}

function renaming({ subject }: GroupChange): Told[] {
  if (subject === undefined) return [];
  const change = { group_subject: { text: subject, update_successful: true } };
  return [{ field: 'group_settings_update', type: 'group_settings_update', ...change }];
}

function moving(how: string, more: object, people: readonly Person[]): Told[] {
  if (people.length === 0) return [];
  return [{ field: 'group_participants_update', type: `group_participants_${how}`, ...more }];
}

function madeGroup(id: string, account: SimulatedAccount, world: SimulatorWorld): Group {
  const group: Group = { id, account, members: new Map() };
  stateOf(world).groups.set(`${account.address} ${id}`, group);
  return group;
}

function participant({ phone, userId }: Person) {
  return { ...(phone === undefined ? {} : { wa_id: phone }), user_id: userId };
}

/** Opaque, and as long as Meta's. */
function newGroupId(): string {
  return Buffer.from(`capi_group:${randomBytes(16).toString('hex')}`).toString('base64url');
}

function newRequestId(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}
