import { defineAuthorization } from '#shared/connector/define-authorization';
import { Account } from './account.ts';
import { startOAuth1 } from './authorization/oauth1.ts';
import { startOAuth2 } from './authorization/oauth2.ts';

/** Gets access tokens of an X account: OAuth 1.0a by a PIN, or OAuth 2 with PKCE. */
export const authorization = defineAuthorization({
  account: Account,
  methods: ['oauth1', 'oauth2'],
  start: (method, context) => (method === 'oauth2' ? startOAuth2(context) : startOAuth1(context)),
});
