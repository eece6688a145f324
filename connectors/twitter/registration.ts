import { defineRegistration } from '#shared/connector/define-registration';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { optionalEvents } from './registration/events.ts';
import { register } from './registration/register.ts';
import { remove } from './registration/remove.ts';
import { show } from './registration/show.ts';
import { urlProblems } from './registration/url.ts';

/** Registers the webhook of an X account, and its subscriptions of the X Activity API. */
export const registration = defineRegistration({
  account: Account,
  credentials: Credentials,
  optionalEvents,
  urlProblems,
  show,
  register,
  remove,
});
