import type { Account } from '#connectors/twitter/account';
import { clientWith } from '#connectors/twitter/api/client';
import { refusalOf } from '#connectors/twitter/api/refusals';
import type {
  AuthorizationContext,
  Authorized,
  RefusedStart,
  StartedAuthorization,
} from '#shared/connector/authorization';
import { appKeysIn } from './app-keys.ts';
import { tokenSteps } from './verify.ts';

type Context = AuthorizationContext<Account>;

/**
 * OAuth 1.0a by PIN: the tokens are those of the account that signs in on the page, not of the app's owner, whose tokens
 * are the only ones that the developer console gives out.
 */
export async function startOAuth1(context: Context): Promise<StartedAuthorization | RefusedStart> {
  const keys = appKeysIn(context.secret);
  if ('refused' in keys) return keys;
  const app = { appKey: keys.consumerKey, appSecret: keys.consumerSecret };
  try {
    const { oauth_token, oauth_token_secret } = await clientWith(app, context).generateAuthLink();
    const query = new URLSearchParams({ oauth_token, force_login: 'true' });
    return {
      url: `${context.apiUrl}/oauth/authorize?${query}`,
      asksFor: 'the PIN that X shows',
      comesByRedirect: false,
      finish: (pin) =>
        finish(
          { ...app, accessToken: oauth_token, accessSecret: oauth_token_secret },
          pin,
          context,
        ),
    };
  } catch (fault) {
    return { refused: { subject: 'app', state: 'wrong', ...explained(fault) } };
  }
}

async function finish(
  pending: Parameters<typeof clientWith>[0],
  pin: string,
  context: Context,
): Promise<Authorized> {
  try {
    const { accessToken, accessSecret, client } = await clientWith(pending, context).login(
      pin.trim(),
    );
    const secret = { ...context.secret, accessToken, accessTokenSecret: accessSecret };
    return { secret, steps: await tokenSteps(client, context.account) };
  } catch (fault) {
    const { reason, says } = explained(fault);
    const next =
      'a PIN is good once and for a few minutes: call this again, and type it as X shows it';
    return {
      secret: context.secret,
      steps: [{ subject: 'pin', state: 'wrong', reason, says, next }],
    };
  }
}

function explained(fault: unknown) {
  const { reason, says, next } = refusalOf(fault);
  return { reason, says, next };
}
