import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  SimulatedAccount,
  SimulatedSend,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import {
  type Activity,
  directMessageActivity,
  postActivities,
} from '#infra/local/simulators/twitter/events';
import type { TakenRequest } from '#infra/local/simulators/twitter/requests';
import { stateOf } from '#infra/local/simulators/twitter/state';
import { tell } from './tell.ts';

/** Milliseconds from a send until X tells our own webhook of it. */
const delayMilliseconds = 1000;

/** X has no receipts: the activity of our own account is the only sign of a message. */
export const statuses = ['delivered'];

/** Schedules the activity by which X tells of one of our messages. */
export function oweActivity(id: string, account: SimulatedAccount, world: SimulatorWorld) {
  world.report(delayMilliseconds, () => tell(activityOf(id, world), account, world));
}

/** Sends the activity on request; once more, when it has been sent already. */
export async function reportStatus(send: SimulatedSend, _: unknown, world: SimulatorWorld) {
  const { senderId } = send.request as TakenRequest;
  const account = world.accounts.find(({ address }) => address === senderId);
  if (account === undefined) throw new BadCall(`X has no account ${senderId}`);
  return tell(activityOf(send.messageId, world), account, world);
}

/** `dm.sent` or `post.create`, as X tells it of our own account. */
function activityOf(id: string, world: SimulatorWorld): readonly Activity[] {
  const state = stateOf(world);
  const message = state.messages.find((each) => each.id === id);
  if (message) return [directMessageActivity('dm.sent', message, world.url())];
  const post = state.posts.get(id);
  return post ? postActivities(['post.create'], post, state, world.url()) : [];
}
