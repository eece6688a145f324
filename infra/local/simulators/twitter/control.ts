import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import { readCall } from '#infra/local/simulators/calls/read-call';
import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';
import { allScopes } from './access/known-tokens.ts';
import { issueTokens } from './access/oauth2.ts';
import { clientIdOf } from './access/tokens.ts';
import { tell } from './activity/tell.ts';
import { anyActivity, deletionActivity, revocationActivity } from './events.ts';
import { stateOf } from './state.ts';
import { customerNamed } from './users.ts';

const Account = z.string().min(1).optional();
const Delete = z.strictObject({ post: z.string().optional(), user: z.string().optional() });
const Revoke = z.strictObject({ account: Account, restore: z.boolean().default(false) });
const Event = z.strictObject({
  account: Account,
  type: z.string().min(1),
  payload: z.record(z.string(), z.json()),
  includes: z.record(z.string(), z.json()).optional(),
});
const Consent = z.strictObject({
  account: Account,
  scopes: z.array(z.enum(allScopes)).min(1).default(allScopes),
});

/** The calls that only this simulator offers. */
export const ownCalls: Readonly<Record<string, (body: Buffer, world: SimulatorWorld) => unknown>> =
  {
    'POST /_delete': deleteSomething,
    'POST /_revoke': revokeAccess,
    'POST /_event': tellEvent,
    'POST /_consent': giveConsent,
  };

/** The author of a post deletes it, or a user goes with all posts. X tells of a post that is deleted, not of a user. */
async function deleteSomething(body: Buffer, world: SimulatorWorld) {
  const { post: postId, user } = readCall(Delete, body);
  const state = stateOf(world);
  if (user !== undefined) {
    const { id } = customerNamed(user);
    state.deletedUsers.add(id);
    for (const post of [...state.posts.values()]) {
      if (post.author.id === id) forget(post.id, world);
    }
    return { user: id };
  }
  const post = state.posts.get(postId ?? '');
  if (!post) throw new BadCall(`post: X has no post ${postId ?? '(none given)'}`);
  const account = world.accounts.find(
    ({ address }) => address === post.author.id || post.mentions.includes(address),
  );
  forget(post.id, world);
  if (!account) return { status: 0 };
  return { status: await tell([deletionActivity(post, world.now())], account, world) };
}

function forget(postId: string, world: SimulatorWorld): void {
  const { posts, deletedPosts } = stateOf(world);
  posts.delete(postId);
  deletedPosts.add(postId);
}

/** An account withdraws the access of our app: X tells of it, and refuses every call in its name until it is restored. */
async function revokeAccess(body: Buffer, world: SimulatorWorld) {
  const { account: name, restore } = readCall(Revoke, body);
  const account = accountNamed(name, world);
  const { revoked, tokens } = stateOf(world);
  if (restore) return { revoked: !revoked.delete(account.address) };
  revoked.add(account.address);
  for (const { family } of tokens.values()) {
    if (family?.account === account) family.isDead = true;
  }
  return { status: await tell([revocationActivity(account.address, world.now())], account, world) };
}

/** Any event of the X Activity API, about one of our accounts. */
async function tellEvent(body: Buffer, world: SimulatorWorld) {
  const { account: name, type, payload, includes } = readCall(Event, body);
  const account = accountNamed(name, world);
  return { status: await tell([anyActivity(type, payload, includes)], account, world) };
}

/** An account consents to our app by OAuth 2, without the pages in between: the tokens that X would give. */
function giveConsent(body: Buffer, world: SimulatorWorld) {
  const { account: name, scopes } = readCall(Consent, body);
  const account = accountNamed(name, world);
  stateOf(world).revoked.delete(account.address);
  const family = { account, scopes, isDead: false };
  return { client_id: clientIdOf(account), ...issueTokens(family, world) };
}

function accountNamed(name: string | undefined, { accounts }: SimulatorWorld): SimulatedAccount {
  const account = accounts.find((each) => name === undefined || each.account === name);
  if (!account) throw new BadCall(`account: X has no account ${name}`);
  return account;
}
