import * as z from 'zod';
import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { json, missing, readQuery } from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import { brandOf, type SimulatedUser } from '#infra/local/simulators/twitter/users';
import { mediaFields, pollFields, postExpansions, postFields, userFields } from './fields.ts';
import { namesOf } from './page.ts';
import { inclusionsOf, postV2 } from './post-form.ts';

const fields = {
  'tweet.fields': namesOf(postFields).optional(),
  'post.fields': namesOf(postFields).optional(),
  'user.fields': namesOf(userFields).optional(),
  'media.fields': namesOf(mediaFields).optional(),
  'poll.fields': namesOf(pollFields).optional(),
  expansions: namesOf(postExpansions).optional(),
};
const PostQuery = z.strictObject(fields);
const PostsQuery = z.strictObject({
  ...fields,
  ids: z.string().regex(/^\d{1,19}(,\d{1,19}){0,99}$/),
});
const UserQuery = z.strictObject({ 'user.fields': namesOf(userFields).optional() });

/** `GET /2/tweets?ids=`: posts with all their fields; a deleted one is an error beside them. */
export function lookUpPosts(call: Call): ApiAnswer {
  const read = readQuery(PostsQuery, call.request);
  if ('refusal' in read) return read.refusal;
  const ids = read.value.ids.split(',');
  const posts = ids.flatMap((id) => call.state.posts.get(id) ?? []);
  const absent = ids.filter((id) => !call.state.posts.has(id));
  const data = posts.map((post) => postV2(post, call.state));
  return json(200, {
    ...(data.length > 0
      ? { data, includes: inclusionsOf(posts, call.state, call.world.url()) }
      : {}),
    ...(absent.length > 0 ? { errors: absent.map((id) => missing('tweet', id)) } : {}),
  });
}

/** `GET /2/tweets/{id}` */
export function lookUpPostsInPath(call: Call): ApiAnswer {
  const read = readQuery(PostQuery, call.request);
  if ('refusal' in read) return read.refusal;
  const [id = ''] = call.ids;
  const post = call.state.posts.get(id);
  if (!post) return json(200, { errors: [missing('tweet', id)] });
  const includes = inclusionsOf([post], call.state, call.world.url());
  return json(200, { data: postV2(post, call.state), includes });
}

/** `GET /2/users/me`, `/2/users/{id}` and `/2/users/by/username/{username}` */
export function lookUpUser(call: Call): ApiAnswer {
  const read = readQuery(UserQuery, call.request);
  if ('refusal' in read) return read.refusal;
  const { world, state, account, ids } = call;
  const [named] = ids;
  const known: readonly SimulatedUser[] = [...world.accounts.map(brandOf), ...state.users.values()];
  const asked = named ?? account.address;
  const found = known.find(
    ({ id, username }) => id === asked || username.toLowerCase() === asked.toLowerCase(),
  );
  if (!found || state.deletedUsers.has(found.id)) {
    return json(200, { errors: [missing('user', asked)] });
  }
  const all = { ...found, receives_your_dm: true, verified: false, protected: false };
  const fields = ['id', 'name', 'username', ...(read.value['user.fields'] ?? [])];
  const data = Object.fromEntries(Object.entries(all).filter(([name]) => fields.includes(name)));
  return json(200, { data });
}
