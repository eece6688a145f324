import { type JsonObject, objectOf } from '#shared/json';
import { idIn, listOf, textIn } from './fields.ts';
import type { NamedUser } from './item.ts';

/** Finds the users with these ids in a list (`includes.users`). */
export function usersIn(list: unknown, ids: readonly (string | undefined)[]): readonly NamedUser[] {
  return listOf(list)
    .map(profileOf)
    .flatMap((profile) => {
      const id = idIn(profile, 'id');
      return id !== undefined && ids.includes(id) ? [namedUser(id, profile)] : [];
    });
}

/** Finds the sender and the recipient of this direct message in the `users` map beside it. */
export function usersInMap(map: unknown, directMessage: unknown): readonly NamedUser[] {
  const users = objectOf(map);
  const message = objectOf(objectOf(directMessage)['message_create']);
  const ids = [idIn(message, 'sender_id'), idIn(objectOf(message['target']), 'recipient_id')];
  return ids.flatMap((id) =>
    id !== undefined && Object.hasOwn(users, id) ? [namedUser(id, profileOf(users[id]))] : [],
  );
}

/** The name and handle of a profile: `username` in v2, `screen_name` in v1.1. */
export function namedUser(id: string, profile: JsonObject): NamedUser {
  const name = textIn(profile, 'name');
  const username = textIn(profile, 'username', 'screen_name');
  return { id, ...(name ? { name } : {}), ...(username ? { username } : {}) };
}

/** The X Activity API nests some users under `data`, the older API has them flat. */
function profileOf(user: unknown): JsonObject {
  const outer = objectOf(user);
  return 'data' in outer ? objectOf(outer['data']) : outer;
}
