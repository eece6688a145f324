import { randomInt } from 'node:crypto';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { json, notFound } from '#infra/local/simulators/twitter/answers';
import { stateOf } from '#infra/local/simulators/twitter/state';
import { brandOf } from '#infra/local/simulators/twitter/users';
import { isSignedWith, oauthParameters } from './oauth1.ts';
import { formOf, newToken, userTokensOf } from './tokens.ts';

/** A consent by PIN that is under way: first the app asks, then a user agrees, then the app brings the PIN. */
interface RequestToken {
  readonly secret: string;
  readonly consumerKey: string;
  readonly endsAt: number;
  /** The user who has agreed, and the PIN that was shown. */
  agreed?: { readonly account: SimulatedAccount; readonly pin: string };
}

/** A request token is good for so long. */
const lifeMilliseconds = 10 * 60_000;

const requestTokens = new WeakMap<SimulatorWorld, Map<string, RequestToken>>();

function requestTokensOf(world: SimulatorWorld): Map<string, RequestToken> {
  const known = requestTokens.get(world) ?? new Map<string, RequestToken>();
  requestTokens.set(world, known);
  return known;
}

/** OAuth 1.0a by PIN: `request_token`, the page of the consent, `access_token`. Undefined for other paths. */
export function answerOauth1(request: ApiRequest, world: SimulatorWorld): ApiAnswer | undefined {
  const { method, path } = request;
  switch (`${method} ${path}`) {
    case 'POST /oauth/request_token':
      return issueRequestToken(request, world);
    case 'GET /oauth/authorize':
      return showPin(request, world);
    case 'POST /oauth/access_token':
      return exchangePin(request, world);
    default:
      return path.startsWith('/oauth/') ? notFound : undefined;
  }
}

function issueRequestToken(request: ApiRequest, world: SimulatorWorld): ApiAnswer {
  const oauth = oauthParameters(request);
  const consumerKey = oauth?.['oauth_consumer_key'] ?? '';
  const app = appOf(consumerKey, world);
  if (!app || !isSignedWith(request, [consumerSecretOf(app), ''], world.now())) {
    return notAuthenticated;
  }
  // The apps of this X have no callback address in their settings.
  const callback = oauth?.['oauth_callback'] ?? formOf(request).get('oauth_callback');
  if (callback !== 'oob') return onlyByPin;
  const [token, secret] = [newToken(), newToken()];
  const endsAt = world.now().getTime() + lifeMilliseconds;
  requestTokensOf(world).set(token, { secret, consumerKey, endsAt });
  return form({
    ...{ oauth_token: token, oauth_token_secret: secret },
    oauth_callback_confirmed: 'true',
  });
}

/** The page of the consent. Here the user agrees at once: the app's first account, or the one in `account`. */
function showPin({ query }: ApiRequest, world: SimulatorWorld): ApiAnswer {
  const asked = goodToken(query.get('oauth_token') ?? '', world);
  const account = world.accounts.find(
    ({ credentials, account: name }) =>
      credentials['consumerKey'] === asked?.consumerKey && (query.get('account') ?? name) === name,
  );
  if (!asked || !account) return page(403, '<h1>The request token for this page is invalid.</h1>');
  const pin = String(randomInt(10 ** 7)).padStart(7, '0');
  asked.agreed = { account, pin };
  const { username } = brandOf(account);
  return page(
    200,
    `<h1>@${username} has let the app in</h1><p>Type this PIN where you came from:</p><p><code>${pin}</code></p>`,
  );
}

function exchangePin(request: ApiRequest, world: SimulatorWorld): ApiAnswer {
  const given = oauthParameters(request)?.['oauth_token'] ?? '';
  const asked = goodToken(given, world);
  const app = asked && appOf(asked.consumerKey, world);
  if (!app) return refused('Request token missing');
  const secrets = [consumerSecretOf(app), asked.secret] as const;
  if (!isSignedWith(request, secrets, world.now())) return notAuthenticated;
  const verifier =
    oauthParameters(request)?.['oauth_verifier'] ?? formOf(request).get('oauth_verifier');
  if (!asked.agreed || asked.agreed.pin !== verifier) {
    return refused('Error processing your OAuth request: Invalid oauth_verifier parameter');
  }
  requestTokensOf(world).delete(given);
  return form(tokensOf(asked.agreed.account, world));
}

/** The tokens of a user for an app: X gives the same ones again until the user takes them back. */
function tokensOf(account: SimulatedAccount, world: SimulatorWorld) {
  stateOf(world).revoked.delete(account.address);
  const { accessToken, accessTokenSecret } = userTokensOf(account);
  return {
    ...{ oauth_token: accessToken, oauth_token_secret: accessTokenSecret },
    ...{ user_id: account.address, screen_name: brandOf(account).username },
  };
}

function goodToken(token: string, world: SimulatorWorld): RequestToken | undefined {
  const known = requestTokensOf(world).get(token);
  return known && world.now().getTime() < known.endsAt ? known : undefined;
}

function appOf(consumerKey: string, { accounts }: SimulatorWorld): SimulatedAccount | undefined {
  return accounts.find(({ credentials }) => credentials['consumerKey'] === consumerKey);
}

function consumerSecretOf({ credentials }: SimulatedAccount): string {
  return credentials['consumerSecret'] ?? '';
}

const notAuthenticated = json(401, {
  errors: [{ code: 32, message: 'Could not authenticate you.' }],
});

const onlyByPin = json(403, {
  errors: [
    { code: 417, message: "Desktop applications only support the oauth_callback value 'oob'" },
  ],
});

function refused(body: string): ApiAnswer {
  return { status: 401, headers: html, body };
}

const html = { 'content-type': 'text/html;charset=utf-8' };

/** The token endpoints answer with a form, under the media type of a page. */
function form(fields: Readonly<Record<string, string>>): ApiAnswer {
  return { status: 200, headers: html, body: new URLSearchParams(fields).toString() };
}

function page(status: number, content: string): ApiAnswer {
  return { status, headers: html, body: `<!doctype html><title>X (simulated)</title>${content}` };
}
