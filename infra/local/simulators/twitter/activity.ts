import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  SimulatedAccount,
  SimulatedSend,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import {
  brandOf,
  customerNamed,
  directMessageActivity,
  postActivity,
  signedWebhook,
} from './events.ts';
import type { TakenRequest } from './requests.ts';

/** Milliseconds from a send until X tells our own webhook of it. */
const delayMilliseconds = 1000;

/** The authors of posts, so that the answers to them can name them. */
const postAuthors = new Map<string, string>();

export function noteAuthor(postId: string, userId: string): void {
  postAuthors.set(postId, userId);
}

/** Schedules the activity by which X tells of one of our messages. */
export function oweActivity(send: SimulatedSend, account: SimulatedAccount, world: SimulatorWorld) {
  world.report(delayMilliseconds, () => tell(send, account, world));
}

/** X has no receipts: the activity of our own account is all that it tells of a message. */
export const statuses = ['delivered'];

/** Sends the activity on request; once more, when it has been sent already. */
export async function reportStatus(send: SimulatedSend, _: unknown, world: SimulatorWorld) {
  const { senderId } = send.request as TakenRequest;
  const account = world.accounts.find(({ address }) => address === senderId);
  if (account === undefined) throw new BadCall(`X has no account ${senderId}`);
  return tell(send, account, world);
}

function tell(send: SimulatedSend, account: SimulatedAccount, world: SimulatorWorld) {
  return world.deliver(signedWebhook(account, activityOf(send, account)));
}

/** `dm.sent` or `post.create`, as X tells it of our own account. */
function activityOf(
  { messageId: id, to, text, at, request }: SimulatedSend,
  account: SimulatedAccount,
) {
  const brand = brandOf(account);
  const own = { id, text, at: new Date(at) };
  if ((request as TakenRequest).path.endsWith('/messages')) {
    const message = { ...own, from: brand, to: customerNamed(to) };
    return directMessageActivity('dm.sent', message, brand.id);
  }
  const inReplyTo = { postId: to, userId: postAuthors.get(to) };
  return postActivity(
    'post.create',
    { ...own, author: brand, conversationId: to, inReplyTo },
    brand.id,
  );
}
