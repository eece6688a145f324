import type { Account } from '#connectors/twitter/account';
import { clientWith } from '#connectors/twitter/api/client';
import { refusalOf } from '#connectors/twitter/api/refusals';
import { grant } from '#connectors/twitter/api/tokens';
import type {
  AuthorizationContext,
  Authorized,
  RefusedStart,
  StartedAuthorization,
} from '#shared/connector/authorization';
import type { RegistrationStep } from '#shared/connector/registration';
import { appKeysIn, clientIn } from './app-keys.ts';
import { scopeStep, tokenSteps } from './verify.ts';

/** Everything the channel does, and `offline.access`, without which no refresh token comes. */
const scopes = [
  ...['tweet.read', 'tweet.write', 'users.read', 'dm.read', 'dm.write', 'media.write'],
  'offline.access',
];

const declaredApi = 'https://api.x.com';

type Context = AuthorizationContext<Account>;
type Client = Exclude<ReturnType<typeof clientIn>, RefusedStart>;

/** OAuth 2 with PKCE: the code comes with the browser's redirect, or is pasted. It is good for 30 seconds. */
export async function startOAuth2(context: Context): Promise<StartedAuthorization | RefusedStart> {
  const keys = appKeysIn(context.secret);
  if ('refused' in keys) return keys;
  const client = clientIn(context.secret);
  if ('refused' in client) return client;
  const { clientId } = client;
  const link = clientWith({ clientId }, context).generateOAuth2AuthLink(context.redirectUri, {
    scope: scopes,
  });
  return {
    url: pageOf(link.url, context.apiUrl),
    asksFor: 'the address to which X has sent the browser, or the code in it',
    comesByRedirect: true,
    finish: (answer) => finish(client, answer, link, context),
  };
}

/** The page of the package's link, in the spelling of X's documents; on the simulator where the API is that. */
function pageOf(link: string, apiUrl: string): string {
  const page = new URL(apiUrl === declaredApi ? link : link.replace('https://x.com', apiUrl));
  page.searchParams.set('code_challenge_method', 'S256');
  return page.href;
}

async function finish(
  client: Client,
  answer: string,
  { state, codeVerifier }: { readonly state: string; readonly codeVerifier: string },
  context: Context,
): Promise<Authorized> {
  const code = codeIn(answer.trim(), state);
  if (typeof code !== 'string') return { secret: context.secret, steps: [code] };
  try {
    const asked = { grant_type: 'authorization_code', code, code_verifier: codeVerifier };
    const redirect = { redirect_uri: context.redirectUri };
    const granted = await grant(client, { ...asked, ...redirect }, context);
    const { accessToken, refreshToken, expiresAt } = granted;
    const steps = await tokenSteps(clientWith(accessToken, context), context.account);
    return {
      secret: { ...context.secret, oauth2: { ...client, accessToken, refreshToken, expiresAt } },
      steps: [...steps, scopeStep(granted.scopes, scopes)],
    };
  } catch (fault) {
    const { reason, says, next: remedy, isForAll } = refusalOf(fault);
    const anew =
      'a code is good once, for 30 seconds, and for the very redirect address of the app’s settings: call this again';
    const next = isForAll ? remedy : anew;
    return {
      secret: context.secret,
      steps: [{ subject: 'code', state: 'wrong', reason, says, next }],
    };
  }
}

/** The code of an address to which X has sent the browser; a bare code is taken as it is. */
function codeIn(answer: string, state: string): string | RegistrationStep {
  if (!URL.canParse(answer)) return answer;
  const query = new URL(answer).searchParams;
  const wrong = (reason: string, says: string): RegistrationStep => ({
    ...{ subject: 'code', state: 'wrong', reason, says },
    next: 'call this again, open the new address, and agree on the page',
  });
  const refusal = query.get('error');
  if (refusal !== null) return wrong('refused', `X was not allowed: ${refusal}`);
  if (query.get('state') !== state) {
    return wrong('state_mismatch', 'this answer belongs to another authorization');
  }
  return query.get('code') ?? wrong('no_code', 'the address holds no code');
}
