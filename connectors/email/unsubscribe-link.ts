import { defineUnsubscribeLink } from '#shared/connector/unsubscribe-link';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { readLink } from './webhook/read-link.ts';

/** One-click unsubscription (RFC 8058). */
export const unsubscribeLink = defineUnsubscribeLink({
  account: Account,
  credentials: Credentials,
  read: readLink,
});
