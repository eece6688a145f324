import * as core from 'zod/v4/core';
import type { Authorization, AuthorizationDefinition } from './authorization.ts';

/** Closes a connector's types, as `defineRegistration` does. */
export function defineAuthorization<Account>({
  account,
  methods,
  start,
}: AuthorizationDefinition<Account>): Authorization {
  return {
    account,
    methods,
    start: (method, context) =>
      start(method, { ...context, account: core.parse(account, context.account) }),
  };
}
