import type { User } from '#connectors/twitter/payload';
import type { Customer } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';

/** A user id as an identity: the handle may belong to another person tomorrow. */
export function identityOf(userId: string): Identity {
  return { channel: 'twitter', kind: 'user_id', scope: '', address: userId };
}

/** A customer with the names X sent along, if any. */
export function customerOf(userId: string, users: readonly User[]): Customer {
  const user = users.find(({ id }) => id === userId);
  return {
    identities: [identityOf(userId)],
    ...(user?.name ? { displayName: user.name } : {}),
    ...(user?.username ? { username: user.username } : {}),
  };
}
